// Static servers for the tests, each on a port, and so an origin, of its own.

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

const TYPES = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".json": "application/json",
  ".mjs": "text/javascript",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/**
 * Serves the files of a folder under the strictest policy that the page promises to live with, to any origin:
 * module scripts in a sandboxed iframe are cross-origin even to their own server. `more` are further headers.
 */
export function serveFolder(folder, more = {}) {
  return listen(async (path) => {
    const file = join(folder, normalize(path.endsWith("/") ? `${path}index.html` : path));
    const body = await readFile(file);
    const headers = { "Content-Type": TYPES[extname(file)] ?? "application/octet-stream", ...more };
    if (extname(file) === ".html") headers["Content-Security-Policy"] = policy(body.toString());
    return { body, headers };
  });
}

/** Serves pages given as text, `{ "/": "<!doctype html>..." }`: other people's sites that embed the page. */
export function servePages(pages) {
  return listen(async (path) => {
    if (!(path in pages)) throw new Error(`no page at ${path}`);
    return { body: pages[path], headers: { "Content-Type": TYPES[".html"] } };
  });
}

async function listen(answer) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    try {
      const { body, headers } = await answer(decodeURIComponent(pathname));
      response.writeHead(200, { ...headers, "Access-Control-Allow-Origin": "*", "Cache-Control": "no-store" });
      response.end(body);
    } catch (error) {
      response.writeHead(404, { "Content-Type": "text/plain" }).end(String(error));
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${server.address().port}/`, close };
}

/** No inline style, no foreign origin, and only those inline scripts that the built page itself contains. */
function policy(html) {
  const inline = [...html.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g)];
  const hashes = inline.map(([, text]) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`);
  return [
    "default-src 'none'",
    `script-src 'self' 'wasm-unsafe-eval' ${hashes.join(" ")}`,
    "style-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "img-src 'self' data: blob:",
  ].join("; ");
}
