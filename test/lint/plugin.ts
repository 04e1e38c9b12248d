import { documented } from "./documented.ts";
import { importTable } from "./import_table.ts";
import { settingsAtTheEdge } from "./settings_at_the_edge.ts";

/** The project's own lint rules, named in deno.json; they hold for src/, train/, routes/, main.ts. */
export default {
  name: "lookalike",
  rules: {
    "import-table": importTable,
    "settings-at-the-edge": settingsAtTheEdge,
    documented,
  },
} satisfies Deno.lint.Plugin;
