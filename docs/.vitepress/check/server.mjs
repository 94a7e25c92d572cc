// Serves the built site on this machine, as a host with clean URLs does.
import { once } from "node:events";
import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".json": "application/json",
  ".md": "text/markdown; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
};

const fileAt = (dist, path) =>
  [path, `${path}.html`, join(path, "index.html")]
    .map((each) => join(dist, each))
    .find((each) => each.startsWith(dist) && existsSync(each) && statSync(each).isFile());

/** @returns `{ origin, close }` */
export const serveSite = async (dist) => {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, "http://site").pathname));
    const file = fileAt(dist, path);
    const sent = file ?? join(dist, "404.html");
    response.writeHead(file ? 200 : 404, { "Content-Type": TYPES[extname(sent)] ?? "application/octet-stream" });
    response.end(readFileSync(sent));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { origin: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
};
