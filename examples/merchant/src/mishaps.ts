// What goes wrong in production, on purpose: a webhook that comes twice, a handler that fails, a webhook that never comes.
import type { PaymentLink } from "@tautan/core";
import type { GatewayKey } from "./configuration.ts";
import { orderOf } from "./merchant.ts";
import type { MishapReport } from "./report.ts";
import type { TourParts } from "./tour.ts";

export interface MishapParts extends TourParts {
  /** Moves the ledger's clock forward. */
  readonly advance: (ms: number) => void;
}

const SECOND_MS = 1_000;
const HOUR_MS = 60 * 60 * SECOND_MS;

/** Shows that each payment has its tickets once, whatever goes wrong, and reports failed checks. */
export const showMishaps = async (
  gateway: GatewayKey,
  reference: string,
  parts: MishapParts,
): Promise<MishapReport> => {
  const { merchant, sandbox, narrator, listen, advance } = parts;
  const problems: string[] = [];
  const expect = (holds: boolean, message: string): void => {
    if (holds) return;
    problems.push(message);
    narrator.problem(message);
  };
  let duplicates = 0;
  let observations = 0;
  let failures = 0;
  let isBroken = false;
  listen({
    onObservation: (confirmed, heard) => {
      observations += 1;
      narrator.heard(confirmed, heard);
    },
    onDuplicate: () => {
      duplicates += 1;
      narrator.duplicate();
    },
    onDelivery: (history) => {
      if (isBroken) throw new Error("the printer is out of paper");
      narrator.delivered(history);
    },
    onFailure: (error) => {
      failures += 1;
      narrator.failed(error instanceof Error ? error.message : String(error));
    },
    onRefusal: (_gateway, message) => expect(false, message),
  });
  const before = new Set(merchant.tickets());
  const newTickets = (): readonly string[] => merchant.tickets().filter((id) => !before.has(id));
  const create = async (suffix: string): Promise<PaymentLink> => {
    const created = await merchant.ledger.create({ ...orderOf(`${reference}-${suffix}`), gateway });
    if (created.isErr()) throw new Error(`${created.error.message} ${created.error.hint}`);
    return created.value;
  };
  narrator.mishaps(gateway);

  const twice = await create("TWICE");
  narrator.paying("the first method on the page");
  await sandbox.pay(twice.url);
  await sandbox.idle();
  const delivery = sandbox.deliveries.findLast(({ provider }) => provider === gateway);
  const observedBefore = observations;
  await sandbox.resend(delivery?.webhook ?? 0);
  // A webhook that proves something is known when it comes again. After one that proves nothing, the gateway is asked again.
  expect(
    duplicates === 1 || observations > observedBefore,
    "twice: the second webhook is known, or the gateway is asked again",
  );
  expect(newTickets().length === 1, "twice: one delivery");

  const broken = await create("BROKEN");
  isBroken = true;
  narrator.paying("the first method on the page");
  await sandbox.pay(broken.url);
  expect(failures === 1 && newTickets().length === 1, "broken: the ticket that was written is undone");
  isBroken = false;
  advance(2 * SECOND_MS);
  narrator.triedAgain();
  await merchant.work();
  expect(newTickets().length === 2, "broken: one delivery");

  const silent = await create("SILENT");
  const { webhookUrl } = parts;
  // A gateway may report the new link too, and that the merchant would read it.
  await sandbox.idle();
  sandbox.setWebhookUrl(gateway, undefined);
  narrator.paying("the first method on the page, and no webhook is sent");
  await sandbox.pay(silent.url);
  sandbox.setWebhookUrl(gateway, webhookUrl(gateway));
  // The ledger's first look is an hour after the link, or some minutes later if one read serves many links.
  advance(2 * HOUR_MS);
  const reconciled = await merchant.ledger.reconcile({ gateway });
  const missed = reconciled.isOk() ? reconciled.value.missed : [];
  narrator.reconciled(missed);
  await merchant.work();
  expect(missed.length === 1, "silent: reconcile finds the payment that no webhook reported");
  const tickets = newTickets();
  expect(tickets.length === 3 && tickets.at(-1) === missed[0], "silent: one delivery");
  return { gateway, tickets, duplicates, failures, missed, problems };
};
