import type { DriverCapabilities } from "../capabilities.ts";
import type { LinkCollect } from "../payment-link.ts";

/** The data that the pay page asks for beside that which every pay page of the gateway asks for; `undefined` if there is none. */
export const notAlwaysCollected = (
  { alwaysCollects = [] }: Pick<DriverCapabilities, "alwaysCollects">,
  collect: LinkCollect | undefined,
): LinkCollect | undefined => {
  if (collect === undefined || alwaysCollects.length === 0) return collect;
  const rest = Object.entries(collect).filter(([name]) => !alwaysCollects.some((each) => each === name));
  return rest.length > 0 ? Object.fromEntries(rest) : undefined;
};
