import { type Check, failing, good } from "./check.ts";

const NEEDED = [22, 20] as const;

/** The version of Node. */
export const checkNode = (version: string): Check => {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1])) return good("node", "node", `Node ${version}`);
  return failing(
    "node",
    "node_too_old",
    `expected Node ${NEEDED.join(".")} or later, found ${version}`,
    "Install a later version of Node.",
  );
};
