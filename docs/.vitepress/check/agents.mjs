// Reads the files of the built site that agents read.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** @returns the problems of `llms.txt` and `llms-full.txt` */
export const checkForAgents = (dist) => {
  const list = readFileSync(join(dist, "llms.txt"), "utf8");
  const paths = [...list.matchAll(/^- \[.+?\]\((\/[^)]+)\)/gm)].map(([, path]) => path);
  const full = readFileSync(join(dist, "llms-full.txt"), "utf8");
  return [
    ...(paths.includes("/start.md") && full.includes("/start.md")
      ? []
      : ["llms.txt or llms-full.txt lacks the page Start"]),
    ...paths.filter((path) => !existsSync(join(dist, path))).map((path) => `llms.txt: there is no ${path}`),
    // The same facts twice, under the same titles.
    ...paths.filter((path) => path.startsWith("/id/")).map((path) => `llms.txt: ${path} is a translation`),
    ...(/^url: .?\/id\//m.test(full) ? ["llms-full.txt: contains translations"] : []),
  ];
};
