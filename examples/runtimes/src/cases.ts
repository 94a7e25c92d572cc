// The program that runs on every runtime. Its results are compared.
import { atGateways, linksAt, refused } from "./gateways.ts";
import type { Input } from "./input.ts";
import { inMemory } from "./memory.ts";
import { ofTheClient, requests } from "./requests.ts";
import { handling, parsing } from "./webhooks.ts";

export const runCases = async (input: Input): Promise<Record<string, unknown>> => {
  const links = linksAt(input.gateways);
  const { midtrans, xfers, singapay } = input.deliveries;
  return {
    midtrans: await parsing(links, "midtrans", midtrans),
    xfers: await parsing(links, "xfers", xfers),
    singapay: await parsing(links, "singapay", singapay),
    handler: await handling(links, input.deliveries),
    memory: await inMemory(),
    gateways: await atGateways(links, input),
    refused: await refused(input),
    requests: await requests(input),
    client: await ofTheClient(input),
  };
};
