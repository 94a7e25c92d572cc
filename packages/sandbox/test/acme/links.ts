import {
  createRecords,
  dueTask,
  type JsonObject,
  refuseUnless,
  refuseUnlessLeft,
  SECOND_MS,
  type SimulatorContext,
} from "@tautan/sandbox/simulator-kit";
import { euro } from "./account.ts";

export const STATUSES = ["open", "paid", "failed", "expired", "refunded"] as const;

export interface Item {
  readonly name: string;
  readonly cents: number;
  readonly quantity: number;
}

/** What a create request asks for. */
export interface NewLink {
  readonly reference: string;
  readonly items: readonly Item[];
  readonly metadata: JsonObject;
  readonly expiresAtMs: number;
}

export interface AcmeLink {
  readonly number: number;
  readonly id: string;
  readonly request: NewLink;
  /** The sum of the items. */
  readonly cents: number;
  readonly createdAtMs: number;
  expiresAtMs: number;
  status: (typeof STATUSES)[number];
  refundedCents: number;
}

/** All links, and what happens to them. State changes at once; the promises wait for the webhooks. */
export type AcmeLinks = ReturnType<typeof createAcmeLinks>;

export const createAcmeLinks = ({ baseUrl, clock, random, state, send, nextLinkNumber }: SimulatorContext) => {
  const records = createRecords<AcmeLink, "reference">({
    collection: state.collection("acmeLinks"),
    idOf: ({ id }) => id,
    unique: { reference: ({ request }) => request.reference },
  });
  const urlOf = (link: AcmeLink): string => `${baseUrl}/pay/${link.id}`;

  const resource = (link: AcmeLink): object => ({
    id: link.id,
    object: "payment_link",
    reference: link.request.reference,
    status: link.status,
    url: urlOf(link),
    amount_total: link.cents,
    amount_refunded: link.refundedCents,
    currency: euro.code.toLowerCase(),
    metadata: link.request.metadata,
    created: Math.floor(link.createdAtMs / SECOND_MS),
    expires_at: Math.floor(link.expiresAtMs / SECOND_MS),
  });

  /** The webhook about a link as it is. */
  const eventBody = (link: AcmeLink, id = "evt_sandbox"): string => {
    const created = Math.floor(clock.now() / SECOND_MS);
    const event = { id, object: "event", type: `payment_link.${link.status}`, created };
    return JSON.stringify({ ...event, data: { object: resource(link) } });
  };

  const become = (link: AcmeLink, status: AcmeLink["status"]): Promise<void> => {
    link.status = status;
    records.put(link);
    return send(eventBody(link, `evt_${random.hex(8)}`));
  };

  return {
    ...records,
    urlOf,
    resource,
    eventBody,
    create(request: NewLink): AcmeLink {
      const link: AcmeLink = {
        number: nextLinkNumber(),
        id: `plink_${random.hex(8)}`,
        request,
        cents: request.items.reduce((sum, { cents, quantity }) => sum + cents * quantity, 0),
        createdAtMs: clock.now(),
        expiresAtMs: request.expiresAtMs,
        status: "open",
        refundedCents: 0,
      };
      records.put(link);
      return link;
    },
    move(link: AcmeLink, status: AcmeLink["status"], action: string): Promise<void> {
      refuseUnless("The link", link.status, ["open"], action);
      return become(link, status);
    },
    refund(link: AcmeLink, cents: number = link.cents - link.refundedCents): Promise<void> {
      refuseUnless("The link", link.status, ["paid"], "be refunded");
      const left = link.cents - link.refundedCents;
      refuseUnlessLeft(cents, left, euro);
      link.refundedCents += cents;
      return become(link, cents === left ? "refunded" : "paid");
    },
    expiry: dueTask({
      items: records.all,
      dueMs: ({ status, expiresAtMs }) => (status === "open" ? expiresAtMs : Number.POSITIVE_INFINITY),
      run: (due) => Promise.all(due.map((link) => become(link, "expired"))),
    }),
  };
};
