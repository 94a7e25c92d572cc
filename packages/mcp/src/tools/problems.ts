import * as z from "zod";
import { faultOf } from "../results/failure.ts";
import { INSTANT, PAGE_INPUT, PAGE_OUTPUT, UNTRUSTED } from "../schemas/shared.ts";
import { type Tool, tool } from "../tool.ts";

const DELIVERY = z.strictObject({
  id: z.string(),
  gateway: z.string(),
  receivedAt: INSTANT,
  state: z.string(),
  problem: z.string().optional(),
  arrivals: z.int(),
  attempts: z.int(),
  dueAt: INSTANT.optional(),
  linkId: z.string().optional(),
  untrusted: z.strictObject({ error: z.string() }).optional().describe(UNTRUSTED),
});

const EVENT = z.strictObject({
  id: z.string(),
  type: z.string(),
  reference: z.string(),
  linkId: z.string(),
  at: INSTANT,
  learntBy: z.string(),
  untrusted: z.strictObject({ error: z.string() }).optional().describe(UNTRUSTED),
});

export const LIST_PROBLEMS: Tool = tool({
  name: "list_problems",
  title: "List what needs a person",
  description:
    "Returns webhooks that were accepted and cannot be applied (deliveries), and events whose handler has failed for good, so that their links wait (events). Repairs nothing: tautan deliveries, tautan ledger replay and tautan ledger reconcile do, and are for a person. Asks no gateway.",
  input: z.strictObject({
    what: z.enum(["deliveries", "events"]).describe("Which of the two to list."),
    ...PAGE_INPUT,
  }),
  output: z.object({ deliveries: z.array(DELIVERY).optional(), events: z.array(EVENT).optional(), ...PAGE_OUTPUT }),
  run: ({ what, ...page }, { ledger }) => {
    const pages =
      what === "deliveries"
        ? ledger.deliveries.list({ ...page, state: "unresolved" }).map(({ items, nextCursor }) => ({
            deliveries: items.map(({ digest: _, error, ...each }) => ({ ...each, untrusted: errorOf(error) })),
            nextCursor,
          }))
        : ledger.events.list({ ...page, state: "dead" }).map(({ items, nextCursor }) => ({
            events: items.map(({ id, type, reference, link, at, learntBy, error }) => ({
              id,
              type,
              reference,
              linkId: link.id,
              at,
              learntBy,
              untrusted: errorOf(error),
            })),
            nextCursor,
          }));
    return pages.mapErr((error) => faultOf(error, { isChange: false }));
  },
});

const errorOf = (error: string | undefined): { readonly error: string } | undefined =>
  error === undefined ? undefined : { error };
