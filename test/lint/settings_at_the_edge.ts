import { ENTRIES, projectPath, roomOf, ROOMS } from "./rooms.ts";

const MEMBERS: Record<string, string[]> = {
  Deno: ["env", "args", "exit", "exitCode"],
  process: ["env", "argv", "exit", "exitCode"],
};

/** Flags and environment are read, and the process ended, in the {@link ENTRIES} alone. */
export const settingsAtTheEdge: Deno.lint.Rule = {
  create(context) {
    const path = projectPath(context.filename);
    if (ENTRIES.includes(path) || !(roomOf(path) in ROOMS)) return {};
    return {
      MemberExpression(node) {
        const { object, property } = node;
        if (object.type !== "Identifier" || property.type !== "Identifier") return;
        if (!MEMBERS[object.name]?.includes(property.name)) return;
        context.report({
          node,
          message: `${roomOf(path)} cannot use ${object.name}.${property.name} as only ` +
            `${ENTRIES.join(" and ")} may: take it as an argument, or throw.`,
        });
      },
    };
  },
};
