/** An event of a stream, or a comment. */
export interface StreamedEvent {
  id: string | null;
  // deno-lint-ignore no-explicit-any -- a test says what it expects of it
  data: any;
}

/**
 * Reads a stream of server-sent events, strictly as our service writes them.
 *
 * @param response The answer.
 * @returns Each event as it comes; a comment has neither id nor data.
 */
export async function* readEvents(response: Response): AsyncGenerator<StreamedEvent> {
  let text = "";
  for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) {
    text += piece;
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const lines = text.slice(0, end).split("\n");
      text = text.slice(end + 2);
      if (lines[0].startsWith("retry: ")) continue;
      const field = (name: string) =>
        lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2) ?? null;
      yield { id: field("id"), data: JSON.parse(field("data") ?? "null") };
    }
  }
  if (text !== "") throw new Error(`the stream breaks off within an event: ${text}`);
}

/**
 * Takes the first events of a stream and leaves.
 *
 * @param events The stream.
 * @param count How many.
 * @returns Their ids.
 */
export async function takeIds(
  events: AsyncGenerator<StreamedEvent>,
  count: number,
): Promise<string[]> {
  const ids: string[] = [];
  while (ids.length < count) {
    const { done, value } = await events.next();
    if (done) break;
    if (value.id !== null) ids.push(value.id);
  }
  return ids;
}
