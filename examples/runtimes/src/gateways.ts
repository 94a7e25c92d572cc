import { createPaymentLinks, idr, type PaymentLinkError, type PaymentLinks, type Result } from "@tautan/core";
import { createMidtransDriver } from "@tautan/driver-midtrans";
import { createSingapayDriver } from "@tautan/driver-singapay";
import { createXfersDriver } from "@tautan/driver-xfers";
import type { Input } from "./input.ts";

const environment = "sandbox";

export const linksAt = ({ midtrans, xfers, singapay }: Input["gateways"]): PaymentLinks =>
  createPaymentLinks({
    default: "midtrans",
    gateways: {
      midtrans: createMidtransDriver({ environment, ...midtrans }),
      xfers: createXfersDriver({ environment, ...xfers }),
      singapay: createSingapayDriver({ environment, ...singapay }),
    },
  });

const described = <T>(result: Result<T, PaymentLinkError>, use: (value: T) => unknown): unknown =>
  result.match(use, ({ kind, outcome }) => ({ error: kind, outcome }));

const customer = { name: "Sari Dewi", email: "sari@example.test", phone: "+628110000001" };

/** A link at each gateway over HTTP: created, created again, read, and looked for in vain. */
export const atGateways = async (links: PaymentLinks, { run }: Input): Promise<unknown> => {
  const results: Record<string, unknown> = {};
  for (const gateway of ["midtrans", "xfers", "singapay"] as const) {
    const request = { gateway, reference: `INV-${run}-${gateway}`, title: "Concert", amount: idr(190_000) };
    const create = () => links.create({ ...request, customer, omitIfUnsupported: ["customer"] });
    const created = await create();
    const again = await create();
    const link = created.unwrapOr(undefined);
    results[gateway] = {
      created: described(created, ({ status, amount }) => ({ status, amount })),
      isSame: again.map(({ id }) => id === link?.id).unwrapOr(false),
      read: link && described(await links.get(link.id), ({ status }) => status),
      unknown: described(await links.find({ gateway, reference: `INV-none-${gateway}` }), ({ status }) => status),
    };
  }
  return results;
};

/** The answer of a gateway to a key that it does not know. */
export const refused = async ({ gateways }: Input): Promise<unknown> => {
  const { serverKey: _, ...midtrans } = gateways.midtrans;
  const links = linksAt({ ...gateways, midtrans: { ...midtrans, serverKey: "SB-Mid-server-unknown" } });
  return described(
    await links.create({ reference: "INV-001", title: "Concert", amount: idr(190_000) }),
    () => "created",
  );
};

/** Whether a dispatcher of undici is accepted. */
export const takesDispatcher = ({ gateways }: Input): boolean => {
  const options = { environment, ...gateways.midtrans } as const;
  try {
    createMidtransDriver({ ...options, dispatcher: { dispatch: () => true } });
    return true;
  } catch {
    return false;
  }
};
