import { readFileSync } from "node:fs";
import { faultsInAction } from "./control/actions.ts";
import { payWithOutcome } from "./control/pay-with-outcome.ts";
import { isJsonObject, type JsonObject, parseJsonObject } from "./http/input-reader.ts";
import type { ProviderDefinition } from "./provider.ts";
import { showValue } from "./show-value.ts";
import { RefusedAction, type Simulator } from "./simulator.ts";
import type { InitialLink, InitialLinks, PayOptions } from "./types.ts";

/** Throws a TypeError with the problem. */
export const readInitialLinks = (sent: unknown, gateways: readonly string[]): InitialLinks => {
  if (sent === undefined) return {};
  const links = typeof sent === "string" ? readFile(sent) : sent;
  if (!isJsonObject(links))
    return refuse("initialLinks", "the path of a JSON file, or an object with lists of links", sent);
  for (const [provider, list] of Object.entries(links)) {
    if (!gateways.some((name) => name === provider)) {
      throw new TypeError(
        `createSandbox: there is no ${JSON.stringify(provider)} in initialLinks; there are ${gateways.join(", ")}`,
      );
    }
    if (!Array.isArray(list)) return refuse(`initialLinks.${provider}`, "a list of links", list);
    for (const [index, link] of list.entries()) checkLink(`initialLinks.${provider}[${index}]`, link);
  }
  // Checked just now.
  return links as InitialLinks;
};

const readFile = (path: string): JsonObject => {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new TypeError(`createSandbox: initialLinks: ${(error as Error).message}`, { cause: error });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new TypeError(`createSandbox: initialLinks: ${path} is not JSON: ${(error as Error).message}`, {
      cause: error,
    });
  }
  if (!isJsonObject(value)) return refuse(`initialLinks: ${path}`, "an object with lists of links by provider", value);
  return parseJsonObject(text) ?? refuse(`initialLinks: ${path}`, "nested less deeply", value);
};

const checkLink = (path: string, link: unknown): void => {
  if (!isJsonObject(link)) return refuse(path, "an object with create and payments", link);
  const stranger = Object.keys(link).find((name) => name !== "create" && name !== "payments");
  if (stranger !== undefined) {
    throw new TypeError(
      `createSandbox: there is no ${JSON.stringify(stranger)} in ${path}; there are create, payments`,
    );
  }
  const { create, payments = [] } = link;
  if (!isJsonObject(create)) return refuse(`${path}.create`, "the body that creates a link at this provider", create);
  if (!Array.isArray(payments)) return refuse(`${path}.payments`, "a list of what pay takes", payments);
  for (const [index, payment] of payments.entries()) {
    const [fault] = faultsInAction("pay", "any", payment);
    if (fault !== undefined) throw new TypeError(`createSandbox: ${path}.payments[${index}]: ${fault}`);
  }
};

/** A link to start with that the provider refuses. */
class RefusedLink extends TypeError {
  readonly problem: string;

  constructor(problem: string, options?: ErrorOptions) {
    super(`createSandbox: ${problem}`, options);
    this.problem = problem;
  }
}

/** A link that was accepted at the start may be refused at a reset. Throws an error for that case. */
export const refuseReset: (error: unknown) => never = (error) => {
  if (!(error instanceof RefusedLink)) throw error;
  throw new RefusedAction(409, `The reset was refused, and nothing has changed: ${error.problem}`);
};

/** Makes the links of one provider through its own API, and pays them. */
export const createInitialLinks = async (
  definition: ProviderDefinition,
  simulator: Simulator,
  baseUrl: string,
  links: readonly InitialLink[],
): Promise<void> => {
  for (const [index, { create, payments = [] }] of links.entries()) {
    const path = `initialLinks.${definition.name}[${index}]`;
    const call = (request: Request): Response | Promise<Response> => simulator.app.fetch(request);
    const response = await call(await definition.createRequest(create, baseUrl, call));
    const text = await response.text();
    if (!response.ok) throw new RefusedLink(`${path}.create: HTTP ${response.status} ${text}`);
    const { link = "" } = simulator.links().find((summary) => text.includes(JSON.stringify(summary.link))) ?? {};
    for (const [paymentIndex, payment] of payments.entries()) {
      await pay(`${path}.payments[${paymentIndex}]`, simulator, link, payment);
    }
  }
};

const pay = async (path: string, simulator: Simulator, link: string, payment: PayOptions): Promise<void> => {
  const payable = simulator.linkAt(new URL(link).pathname);
  if (payable === undefined) throw new RefusedLink(`${path}: there is no pay page at ${link}`);
  try {
    await payWithOutcome(payable, payment);
  } catch (error) {
    throw new RefusedLink(`${path}: ${(error as Error).message}`, { cause: error });
  }
};

const refuse: (path: string, expected: string, value: unknown) => never = (path, expected, value) => {
  throw new TypeError(`createSandbox: ${path} must be ${expected}, but is ${showValue(value)}`);
};
