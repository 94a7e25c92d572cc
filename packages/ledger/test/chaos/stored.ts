// The content of the database at the end of a schedule.
import type { PaymentLink } from "@tautan/core";
import { type Effect, grantsOf, type Model, type Violation } from "./model.ts";
import type { Store } from "./stores.ts";

interface EffectRow {
  readonly event_id: string;
  readonly link: string;
  readonly history: string | null;
}

export const effectsOf = async (store: Store): Promise<readonly Effect[]> => {
  const rows = await store.query<EffectRow>("SELECT event_id, link, history FROM effects ORDER BY n");
  return rows.map(({ event_id: eventId, link, history }) => ({
    eventId,
    link,
    history: history ?? undefined,
    name: eventId.slice(eventId.lastIndexOf("#") + 1),
  }));
};

/** Whatever is still to be done although nothing is due. */
export const leftovers = async (store: Store): Promise<readonly Violation[]> => {
  const events = await store.query("SELECT id FROM tautan_events WHERE handled_at IS NULL");
  const deliveries = await store.query("SELECT state FROM tautan_deliveries WHERE state <> 'applied'");
  return [
    ...events.map(({ id }): Violation => ({ kind: "lost", text: `${text(id)} stays open` })),
    ...deliveries.map(({ state }): Violation => ({ kind: "lost", text: `a delivery stays ${text(state)}` })),
  ];
};

/** Links whose numbers of uses, taken and granted, are not those of the model. */
export const wrongUses = async (
  store: Store,
  model: Model,
  made: readonly PaymentLink[],
  payments: readonly { readonly id: string; readonly link: number }[],
  effects: readonly Effect[],
): Promise<readonly Violation[]> => {
  const rows = await store.query("SELECT reference, used, granted FROM tautan_links");
  return made.flatMap(({ reference, id }, index): readonly Violation[] => {
    const row = rows.find((each) => each["reference"] === reference);
    const expected = [
      model.uses(payments.filter(({ link }) => link === index).map((each) => each.id)),
      grantsOf(effects.filter(({ link }) => link === id)).size,
    ];
    const stored = [Number(row?.["used"]), Number(row?.["granted"])];
    return stored.join() === expected.join()
      ? []
      : [{ kind: "wrong", text: `${reference} has the uses ${stored.join()}, expected ${expected.join()}` }];
  });
};

const text = (value: unknown): string => (typeof value === "string" ? value : typeof value);
