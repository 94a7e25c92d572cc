import type { PageRequest, ResultAsync } from "@tautan/core";
import type { LedgerError } from "@tautan/ledger";
import * as z from "zod";
import type { CheckedOptions } from "../options.ts";
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

const CREATE = z.strictObject({
  reference: z.string(),
  gateway: z.string(),
  sentAt: INSTANT,
  askedAgainAt: INSTANT.optional().describe("When reconcile asks the gateway again. Absent: never."),
  hint: z.string().describe("What ends this, for whoever runs the server."),
});

const OUTPUT = z.object({
  deliveries: z.array(DELIVERY).optional(),
  events: z.array(EVENT).optional(),
  creates: z.array(CREATE).optional(),
  nextStep: z.string().optional().describe("What you should do now."),
  ...PAGE_OUTPUT,
});

type AnyLedger = CheckedOptions["ledger"];
type Problems = ResultAsync<z.input<typeof OUTPUT>, LedgerError>;

const deliveriesOf = (ledger: AnyLedger, page: PageRequest): Problems =>
  ledger.deliveries.list({ ...page, state: "unresolved" }).map(({ items, nextCursor }) => ({
    deliveries: items.map(({ digest: _, error, ...each }) => ({ ...each, untrusted: errorOf(error) })),
    nextCursor,
  }));

const eventsOf = (ledger: AnyLedger, page: PageRequest): Problems =>
  ledger.events.list({ ...page, state: "dead" }).map(({ items, nextCursor }) => ({
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

const createsOf = (ledger: AnyLedger, page: PageRequest): Problems =>
  ledger.unresolvedCreates(page).map(({ items, nextCursor }) => ({
    creates: items.map((each) => ({ ...each })),
    nextStep: items.length > 0 ? FOR_CREATES : undefined,
    nextCursor,
  }));

const FOR_CREATES =
  "If you know the request of such a create, call create_link again with exactly the same reference and request: it finds out the outcome, and makes no second link. Otherwise report it with its hint to the person whom you work for. Never use another reference for the same order.";

const BY_NAME = { deliveries: deliveriesOf, events: eventsOf, creates: createsOf } as const;

export const LIST_PROBLEMS: Tool = tool({
  name: "list_problems",
  title: "List what needs a person",
  description:
    "Returns webhooks that were accepted and cannot be applied (deliveries), events whose handler has failed for good, so that their links wait (events), and creates that were sent and whose outcome is not known (creates). Repairs nothing: tautan deliveries, tautan ledger replay and tautan ledger reconcile do, and are for a person. Asks no gateway.",
  input: z.strictObject({
    what: z.enum(["deliveries", "events", "creates"]).describe("Which of them to list."),
    ...PAGE_INPUT,
  }),
  output: OUTPUT,
  run: ({ what, ...page }, { ledger }) =>
    BY_NAME[what](ledger, page).mapErr((error) => faultOf(error, { isChange: false })),
});

const errorOf = (error: string | undefined): { readonly error: string } | undefined =>
  error === undefined ? undefined : { error };
