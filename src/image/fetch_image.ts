/**
 * Fetches an image file from an https address that a stranger gave.
 *
 * @param url The address.
 * @param options.signal Aborted once nobody waits for it.
 * @returns The file's bytes, whatever they are.
 * @throws {LookalikeError} `invalid_input` if the address may not or cannot be fetched, `too_large`
 * for a longer file than is taken, `interrupted` when aborted.
 */
export type ImageFetcher = (url: URL, options: { signal: AbortSignal }) => Promise<Uint8Array>;
