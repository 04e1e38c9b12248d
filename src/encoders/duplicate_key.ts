/**
 * The first key that an object in a JSON text holds twice: `JSON.parse` would keep the last in
 * silence, and another reader might keep the first.
 *
 * @param json A text that `JSON.parse` takes.
 * @returns The key, or undefined if every object names each of its keys once.
 *
 * @example
 * ```ts
 * import { duplicateKey } from "./duplicate_key.ts";
 * console.assert(duplicateKey('{"a": 1, "b": {"a": 2}, "\\u0061": 3}') === "a");
 * ```
 */
export function duplicateKey(json: string): string | undefined {
  const open: Set<string>[] = []; // the keys of each object or list that is not yet closed
  let text = "";
  // By hand, as a regular expression for strings overflows the stack on a long one.
  for (let at = 0; at < json.length; at++) {
    const character = json[at];
    if (character === "{" || character === "[") open.push(new Set());
    else if (character === "}" || character === "]") open.pop();
    else if (character === '"') {
      const begin = at++;
      while (json[at] !== '"') at += json[at] === "\\" ? 2 : 1;
      text = json.slice(begin, at + 1);
    } else if (character === ":") { // outside a string it follows a key
      const key: string = JSON.parse(text);
      const keys = open[open.length - 1];
      if (keys.has(key)) return key;
      keys.add(key);
    }
  }
}
