import type { LinkId, LinkStatus, PaymentLink, PaymentLinkError, ResultAsync } from "@tautan/core";
import type { LedgerError } from "@tautan/ledger";
import * as z from "zod";
import { type Fault, faultOf } from "../results/failure.ts";
import { LINK, linkView } from "../schemas/link.ts";
import { GATEWAY, LINK_ID, PAGE_INPUT, PAGE_OUTPUT, REFERENCE, TIME } from "../schemas/shared.ts";
import { type Tool, tool } from "../tool.ts";

const FROM = z
  .enum(["ledger", "gateway"])
  .default("ledger")
  .describe(
    "ledger: as it is stored, without asking anybody. gateway: as the gateway reports it now. Neither changes anything.",
  );

const OUTPUT = z.object({ link: LINK });

type Reading = ResultAsync<PaymentLink, PaymentLinkError | LedgerError>;

const shown = (read: Reading): ResultAsync<z.input<typeof OUTPUT>, Fault> =>
  read.map((link) => ({ link: linkView(link) })).mapErr((error) => faultOf(error, { isChange: false }));

export const GET_LINK: Tool = tool({
  name: "get_link",
  title: "Read a link by its id",
  description:
    "Returns a link by its id, from the ledger or as its gateway reports it now. Results leave the customer out.",
  asksGateway: true,
  input: z.strictObject({ id: LINK_ID, from: FROM }),
  output: OUTPUT,
  run: ({ id, from }, { ledger, signal }) =>
    shown(from === "ledger" ? ledger.get(id as LinkId) : ledger.links.get(id as LinkId, { signal })),
});

export const FIND_LINK: Tool = tool({
  name: "find_link",
  title: "Find a link by the merchant's reference",
  description:
    "Returns the link of a reference, from the ledger or from a gateway. Call it before you create a link if you are not sure whether there is one. unknown_link: the ledger has none.",
  asksGateway: true,
  input: z.strictObject({
    reference: REFERENCE,
    from: FROM,
    gateway: GATEWAY.optional().describe("With from: gateway, the gateway to ask. Default: the default gateway."),
  }),
  output: OUTPUT,
  run: ({ reference, from, gateway }, { ledger, signal }) =>
    shown(from === "ledger" ? ledger.get({ reference }) : ledger.links.find({ reference, gateway }, { signal })),
});

/** The statuses of a link. The type fails if core has another one. */
const STATUSES: Readonly<Record<LinkStatus, LinkStatus>> = {
  draft: "draft",
  scheduled: "scheduled",
  active: "active",
  held: "held",
  partially_paid: "partially_paid",
  exhausted: "exhausted",
  expired: "expired",
  closed: "closed",
  deleted: "deleted",
  unknown: "unknown",
};

export const LIST_LINKS: Tool = tool({
  name: "list_links",
  title: "List the links of the ledger",
  description: "Returns a page of links of the ledger, newest first. All filters must fit. Asks no gateway.",
  input: z.strictObject({
    gateway: GATEWAY.optional(),
    status: z.enum(STATUSES).optional(),
    referencePrefix: z.string().min(1).max(255).optional().describe("The beginning of the reference."),
    createdFrom: TIME.optional(),
    createdTo: TIME.optional(),
    order: z.enum(["newest_first", "oldest_first"]).optional(),
    ...PAGE_INPUT,
  }),
  output: z.object({ links: z.array(LINK), ...PAGE_OUTPUT }),
  run: (query, { ledger }) =>
    ledger
      .list(query)
      .map(({ items, nextCursor }) => ({ links: items.map(linkView), nextCursor }))
      .mapErr((error) => faultOf(error, { isChange: false })),
});
