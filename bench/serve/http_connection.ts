/** What a request was answered with; of its body nothing is kept. */
export interface Answer {
  status: number;
  /** Seconds after which the service wants to be asked again, if it says so. */
  retryAfter?: number;
}

/**
 * One connection that is kept, for one request at a time. It knows as much HTTP/1.1 as the service
 * speaks and costs a fraction of `fetch`, whose time would count as the service's on the same cores.
 */
export class HttpConnection {
  #connection: Deno.TcpConn | null = null;
  readonly #buffer = new Uint8Array(65_536);

  /** @param address Where the service is. */
  constructor(readonly address: { hostname: string; port: number }) {}

  /**
   * Sends a request and reads its answer.
   *
   * @param request The whole request.
   * @returns What came.
   * @throws {Error} If the answer breaks off.
   */
  async ask(request: Uint8Array): Promise<Answer> {
    this.#connection ??= await Deno.connect(this.address);
    for (let sent = 0; sent < request.length;) {
      sent += await this.#connection.write(request.subarray(sent));
    }
    let head = "";
    let end = -1;
    for (let read = 0; end < 0; end = head.indexOf("\r\n\r\n")) {
      read = await this.#read();
      head += new TextDecoder("latin1").decode(this.#buffer.subarray(0, read));
    }
    const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? NaN);
    if (Number.isNaN(length)) throw new Error(`The answer has no length: ${head.slice(0, 200)}`);
    for (let left = length - (head.length - end - 4); left > 0;) left -= await this.#read();
    if (/^connection: close/im.test(head)) this.close();
    const retryAfter = /^retry-after: (\d+)/im.exec(head)?.[1];
    return {
      status: Number(head.slice(9, 12)),
      ...(retryAfter === undefined ? {} : { retryAfter: Number(retryAfter) }),
    };
  }

  /** Ends it; the next request opens another. */
  close(): void {
    this.#connection?.close();
    this.#connection = null;
  }

  async #read(): Promise<number> {
    const read = await this.#connection!.read(this.#buffer);
    if (read !== null) return read;
    this.close();
    throw new Error("The connection ended within an answer.");
  }
}
