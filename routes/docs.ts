import { OpenAPIHono } from "@hono/zod-openapi";
import { join } from "node:path";
import absolutePath from "swagger-ui-dist/absolute-path.js";
import type { AppEnv } from "./services.ts";

/** What the page may do: nothing that leaves this server. Swagger UI writes styles into its page. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Lookalike API</title>
<link rel="icon" href="docs/favicon-32x32.png">
<link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
<div id="page"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
`;

/** Relative addresses, so that a proxy may put a path before them; no validator on the web. */
const START = `SwaggerUIBundle({
  url: new URL("openapi.json", new URL(".", document.baseURI)).href,
  domNode: document.getElementById("page"),
  deepLinking: true,
  validatorUrl: null,
});
`;

/** The files of the npm package swagger-ui-dist that the page needs. */
const FILES: Record<string, string> = {
  "swagger-ui.css": "text/css; charset=utf-8",
  "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
  "favicon-32x32.png": "image/png",
};

/**
 * `GET /docs`: the API's page, from files on this machine alone; `/` leads there.
 *
 * @returns The routes.
 */
export function docsRoutes(): OpenAPIHono<AppEnv> {
  const app = new OpenAPIHono<AppEnv>();
  app.get("/", (c) => c.redirect("docs"));
  app.get("/docs", (c) => {
    c.header("Content-Security-Policy", CONTENT_SECURITY_POLICY);
    return c.html(PAGE);
  });
  app.get(
    "/docs/start.js",
    (c) => c.body(START, 200, { "Content-Type": FILES["swagger-ui-bundle.js"] }),
  );
  for (const [name, type] of Object.entries(FILES)) {
    let file: Promise<Blob> | undefined;
    app.get(`/docs/${name}`, async (c) => {
      file ??= read(name, type);
      c.header("Content-Type", type);
      c.header("Cache-Control", "public, max-age=3600");
      return c.body((await file).stream());
    });
  }
  return app;
}

/** A file as pieces that are sent when the one before is: who asks and never reads holds no copy. */
async function read(name: string, type: string): Promise<Blob> {
  return new Blob([await Deno.readFile(join(absolutePath(), name))], { type });
}
