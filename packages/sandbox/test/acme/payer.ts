import {
  type PayableLink,
  type Payment,
  type PayPage,
  type PayPageState,
  refuseOtherAmount,
  type SimulatorContext,
  undocumentedActions,
} from "@tautan/sandbox/simulator-kit";
import { euro } from "./account.ts";
import type { AcmeLink, AcmeLinks } from "./links.ts";

const METHOD = { code: "sepa", kind: "bank_transfer", label: "Bank transfer" } as const;

export const stateOf = ({ status }: AcmeLink): PayPageState => (status === "refunded" ? "paid" : status);

/** The link stands for the only payment by it. */
export const paymentOf = (link: AcmeLink, url: string): Payment => ({
  provider: "acme",
  link: url,
  id: link.id,
  method: METHOD.code,
  status: link.status,
  amount: link.cents,
  currency: euro.code,
});

/** What a payer can do with a link. */
export const payableAcmeLink = (link: AcmeLink, links: AcmeLinks, context: SimulatorContext): PayableLink => {
  const after = async (change: Promise<void>): Promise<Payment> => {
    await change;
    return paymentOf(link, links.urlOf(link));
  };
  return {
    ...undocumentedActions("Acme Pay", context.unsupported),
    open: () => after(Promise.resolve()),
    async pay(choice) {
      refuseOtherAmount(link.cents, euro, choice);
      return after(links.move(link, "paid", "be paid"));
    },
    fail: async () => after(links.move(link, "failed", "fail")),
    settle: () => after(Promise.resolve()),
    expire: async () => links.move(link, "expired", "expire"),
    refund: async ({ amount }) => after(links.refund(link, amount)),
    page: () => payPage(link),
  };
};

const payPage = (link: AcmeLink): PayPage => ({
  provider: "Acme Pay",
  title: `Order ${link.request.reference}`,
  reference: link.request.reference,
  items: link.request.items.map(({ name, quantity, cents }) => ({ name, quantity, subtotal: cents * quantity })),
  currency: euro,
  amount: link.cents,
  state: stateOf(link),
  methods: [METHOD],
  asksFor: [],
  payments: [
    {
      id: link.id,
      method: METHOD,
      status: link.status === "open" ? "pending" : link.status,
      amount: link.cents,
      isPaid: link.status === "paid",
      isOpen: link.status === "open",
      canBeRetried: false,
      instructions: { kind: "elsewhere" },
      payableUntilMs: link.status === "open" ? link.expiresAtMs : undefined,
      actions: link.status === "paid" ? ["refund"] : [],
    },
  ],
  heldBy: undefined,
  returnUrl: undefined,
});
