/** A process that is asked by JSON lines and answers each by one. */
export interface LineProcess {
  ask<Answer>(question: unknown): Promise<Answer>;
  end(): Promise<void>;
}

/**
 * Starts a script that calls {@linkcode answerLines}.
 *
 * @param script Its path.
 * @param args What it is told.
 * @returns The process, ready once it answers.
 */
export function startLineProcess(script: string, args: string[]): LineProcess {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", script, ...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const answers = linesOf(child.stdout);
  const writer = child.stdin.getWriter();
  return {
    async ask<Answer>(question: unknown) {
      await writer.write(new TextEncoder().encode(JSON.stringify(question) + "\n"));
      const { value, done } = await answers.next();
      if (done) throw new Error(`${script} ended before it answered: its errors are above.`);
      return JSON.parse(value) as Answer;
    },
    async end() {
      await writer.close();
      await child.status;
    },
  };
}

/**
 * Answers each line of standard input by one of standard output, until there are no more.
 *
 * @param answer What a question is answered with.
 */
export async function answerLines<Question, Answer>(
  answer: (question: Question) => Promise<Answer>,
): Promise<void> {
  for await (const line of linesOf(Deno.stdin.readable)) {
    console.log(JSON.stringify(await answer(JSON.parse(line))));
  }
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream() as never)) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
}
