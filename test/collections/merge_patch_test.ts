import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { mergePatch } from "../../src/collections/merge_patch.ts";

Deno.test("merge patch: the examples of RFC 7396, appendix A", () => {
  const examples: [string, string, string][] = [
    ['{"a":"b"}', '{"a":"c"}', '{"a":"c"}'],
    ['{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'],
    ['{"a":"b"}', '{"a":null}', "{}"],
    ['{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'],
    ['{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'],
    ['{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'],
    ['{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'],
    ['{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'],
    ['["a","b"]', '["c","d"]', '["c","d"]'],
    ['{"a":"b"}', '["c"]', '["c"]'],
    ['{"a":"foo"}', "null", "null"],
    ['{"a":"foo"}', '"bar"', '"bar"'],
    ['{"e":null}', '{"a":1}', '{"e":null,"a":1}'],
    ["[1,2]", '{"a":"b","c":null}', '{"a":"b"}'],
    ["{}", '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'],
  ];
  for (const [target, patch, result] of examples) {
    assertEquals(mergePatch(JSON.parse(target), JSON.parse(patch)), JSON.parse(result));
  }
});

Deno.test("merge patch: a name that objects inherit is a name like others", () => {
  const patch = JSON.parse('{"__proto__": {"polluted": true}, "constructor": {"a": 1}}');
  const merged = mergePatch({}, patch);
  assertEquals(JSON.stringify(merged), JSON.stringify(patch));
  assertEquals(Object.hasOwn(Object.prototype, "polluted"), false);
});

Deno.test("merge patch: applied twice is applied once, and the target is left alone", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (target, patch) => {
      const before = JSON.stringify(target);
      const once = mergePatch(target, patch);
      assertEquals(mergePatch(once, patch), once);
      assertEquals(JSON.stringify(target), before);
    }),
  );
});
