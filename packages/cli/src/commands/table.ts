import type { Tree } from "../frame/tree.ts";

/** All commands. A new one is a file that exports `COMMAND`, and a line here. */
export const COMMANDS: Tree = {
  links: {
    summary: "Create, read and change payment links",
    commands: {
      create: { summary: "Create a link", load: () => import("./links/create.ts") },
      get: { summary: "Read a link by its id", load: () => import("./links/get.ts") },
      list: { summary: "List links, newest first", load: () => import("./links/list.ts") },
    },
  },
};
