import { projectPath, roomOf, ROOMS } from "./rooms.ts";

type Parameter = Deno.lint.FunctionDeclaration["params"][number];

/**
 * What a file exports says what it is, in a docstring; a function also what it takes and returns.
 *
 * `deno doc --lint` asks for more, but also of every type of a package that is exported anew.
 */
export const documented: Deno.lint.Rule = {
  create(context) {
    if (!(roomOf(projectPath(context.filename)) in ROOMS)) return {};
    return {
      ExportNamedDeclaration(node) {
        const declaration = node.declaration;
        if (declaration === null || declaration.type === "TSModuleDeclaration") return;
        const name = nameOf(declaration);
        const doc = docstring(context.sourceCode.getCommentsBefore(node));
        const missing = doc === undefined
          ? ["a docstring"]
          : declaration.type === "FunctionDeclaration"
          ? undocumented(declaration, doc)
          : [];
        if (missing.length === 0) return;
        const message = `${name} is exported and must have ${missing.join(", ")}.`;
        context.report({ node, message });
      },
    };
  },
};

function docstring(comments: (Deno.lint.LineComment | Deno.lint.BlockComment)[]) {
  const last = comments.at(-1);
  return last?.type === "Block" && last.value.startsWith("*") ? last.value : undefined;
}

function nameOf(declaration: Deno.lint.Node): string {
  if (declaration.type === "VariableDeclaration") {
    return declaration.declarations.map(({ id }) => nameOf(id)).join(", ");
  }
  if (declaration.type === "Identifier") return declaration.name;
  return "id" in declaration && declaration.id ? nameOf(declaration.id as Deno.lint.Node) : "This";
}

/** The tags that a function's docstring lacks. */
function undocumented(declaration: Deno.lint.FunctionDeclaration, doc: string): string[] {
  const tagged = [...doc.matchAll(/@param\s+(?:\{[^}]*\}\s*)?([\w$]+)/g)].map((match) => match[1]);
  const names = declaration.params.map(parameterName);
  const missing = names
    .filter((name) => name !== undefined && !tagged.includes(name))
    .map((name) => `@param ${name}`);
  // A destructured parameter has whatever name its docstring gives it
  if (names.includes(undefined) && tagged.length < names.length && missing.length === 0) {
    missing.push("@param for what it destructures");
  }
  if (returnsSomething(declaration) && !/@returns?\b/.test(doc)) missing.push("@returns");
  return missing;
}

function parameterName(parameter: Parameter | Deno.lint.Node): string | undefined {
  if (parameter.type === "Identifier") return parameter.name;
  if (parameter.type === "AssignmentPattern") return parameterName(parameter.left);
  if (parameter.type === "RestElement") return parameterName(parameter.argument);
}

function returnsSomething({ returnType }: Deno.lint.FunctionDeclaration): boolean {
  const type = returnType?.typeAnnotation;
  if (type === undefined) return true;
  if (type.type === "TSTypeReference" && type.typeArguments) {
    return !isNothing(type.typeArguments.params[0]);
  }
  return !isNothing(type);
}

function isNothing(type: Deno.lint.Node): boolean {
  return ["TSVoidKeyword", "TSNeverKeyword"].includes(type.type) ||
    type.type === "TSTypePredicate" && type.asserts;
}
