import { invalid } from "./options.ts";

/** The path and query at which the gateway called, from those that arrived. */
export type PublicTarget = (target: string, gateway: string) => string;

const PLACEHOLDER = "{gateway}";
// A text that is valid in a path and that no URL changes.
const STAND_IN = "tautan-gateway-key";

export const createPublicTarget = (publicUrl: string | undefined): PublicTarget => {
  if (publicUrl === undefined) return (target) => target;
  const spelled = typeof publicUrl === "string" ? publicUrl.replaceAll(PLACEHOLDER, STAND_IN) : "";
  const url = URL.canParse(spelled) ? new URL(spelled) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.search !== "" || url.hash !== "") {
    throw invalid("publicUrl", `expected a URL without a query, such as https://shop.example/hooks/${PLACEHOLDER}`);
  }
  const path = url.pathname.replace(/\/+$/, "");
  if (!spelled.includes(STAND_IN)) return (target) => path + target;
  return (target, gateway) => path.replaceAll(STAND_IN, encodeURIComponent(gateway)) + queryOf(target);
};

const queryOf = (target: string): string => {
  const at = target.indexOf("?");
  return at === -1 ? "" : target.slice(at);
};
