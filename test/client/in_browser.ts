/** What a program that uses the client is told of the service. */
export interface Service {
  url: string;
  key: string;
  /** The picture `red.png` in base64. */
  picture: string;
}

const USE_CLIENT = new URL("./use_client.js", import.meta.url);

const OPTIONS = [
  "--headless=new",
  "--no-sandbox", // which a container seldom allows
  "--disable-dev-shm-usage",
  "--disable-gpu",
  "--no-first-run",
];

/** The longest that a browser may take. */
const MOST_MS = 60_000;

/**
 * Uses the client in a browser, on a page of another origin than the service's: it loads
 * `/client.js` from the service, and sends what it saw back to where it came from.
 *
 * @param service The service.
 * @param program The browser.
 * @returns What it saw.
 */
export async function useInBrowser(service: Service, program: string): Promise<unknown> {
  const seen = Promise.withResolvers<unknown>();
  const late = setTimeout(() => seen.reject(new Error("the page sent nothing")), MOST_MS);
  await using page = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      const { pathname } = new URL(request.url);
      if (pathname === "/seen") seen.resolve(await request.json());
      if (pathname === "/use_client.js") return script(await Deno.readTextFile(USE_CLIENT));
      if (pathname === "/start.js") return script(start(service));
      return new Response('<!doctype html><script type="module" src="start.js"></script>', {
        headers: { "Content-Type": "text/html" },
      });
    },
  );
  const profile = await Deno.makeTempDir();
  const browser = new Deno.Command(program, {
    args: [...OPTIONS, `--user-data-dir=${profile}`, `http://127.0.0.1:${page.addr.port}/`],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  try {
    return await seen.promise;
  } finally {
    clearTimeout(late);
    browser.kill("SIGTERM");
    await browser.status;
    await Deno.remove(profile, { recursive: true }).catch(() => {}); // its helpers end a little later
  }
}

function start(service: Service): string {
  return `import * as client from ${JSON.stringify(`${service.url}/client.js`)};
import { useClient } from "./use_client.js";
const saw = await useClient(client, ${JSON.stringify(service)}).catch((error) => String(error));
await fetch("/seen", { method: "POST", body: JSON.stringify(saw) });
`;
}

function script(text: string): Response {
  return new Response(text, { headers: { "Content-Type": "text/javascript" } });
}
