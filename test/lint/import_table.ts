import { mayImport, PACKAGES, projectPath, resolve, roomOf, ROOMS } from "./rooms.ts";

/** Imports point one way: a room imports only the rooms that the table of {@link ROOMS} gives it. */
export const importTable: Deno.lint.Rule = {
  create(context) {
    const importer = projectPath(context.filename);
    const from = roomOf(importer);
    const check = (node: Deno.lint.Node, source: Deno.lint.Node | null) => {
      if (source?.type !== "Literal" || typeof source.value !== "string") return;
      const message = fault({ from, importer, specifier: source.value });
      if (message) context.report({ node, message });
    };
    return {
      ImportDeclaration: (node) => check(node, node.source),
      ExportNamedDeclaration: (node) => check(node, node.source),
      ExportAllDeclaration: (node) => check(node, node.source),
      ImportExpression: (node) => check(node, node.source),
      TSImportType: (node) =>
        node.argument.type === "TSLiteralType" && check(node, node.argument.literal),
    };
  },
};

/** The sentence on an import that the table does not have. */
function fault(
  { from, importer, specifier }: { from: string; importer: string; specifier: string },
): string | undefined {
  if (!(from in ROOMS)) return; // tests and benches
  if (!specifier.startsWith(".")) {
    const name = specifier.replace(/^npm:/, "");
    const owner = Object.keys(PACKAGES).find((prefix) => name.startsWith(prefix));
    if (owner === undefined || PACKAGES[owner] === from) return;
    return `${from} cannot import ${name} as only ${PACKAGES[owner]} may: ` +
      `import what you need from ${PACKAGES[owner]}.`;
  }
  const to = roomOf(resolve(importer, specifier));
  if (mayImport(from, to)) return;
  return `${from} cannot import ${to} as it must import only ` +
    `${ROOMS[from].join(", ") || "packages"}: this is ${specifier}.`;
}
