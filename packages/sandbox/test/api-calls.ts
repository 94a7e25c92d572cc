import type { DefaultProvider, Sandbox } from "../src/index.ts";
import { type Caller, hourMs, midtransCaller, minuteMs, singapayCaller, xfersCaller } from "./support.ts";

/** A link as its merchant knows it. */
export interface KnownLink {
  readonly provider: DefaultProvider;
  readonly reference: string;
  /** Of its pay page. */
  readonly path: string;
}

/** `cancel` is of a payment where the provider has that, else of the link; `update` where links can be changed. */
export type ApiCall = "read" | "close" | "cancel" | "update";

type Calls = Readonly<Record<ApiCall, () => Promise<{ readonly text: string }>>>;

/** Calls a provider's own API, and gives the body of its answer. */
export const callApi = async (sandbox: Sandbox, what: ApiCall, link: KnownLink): Promise<string> => {
  const calls = await callsOf[link.provider]?.(sandbox, link);
  if (calls === undefined) throw new Error(`expected the calls of ${link.provider} in this file, found none`);
  return (await calls[what]()).text;
};

/** With a token for the day it is in Jakarta. */
export const singapayToday = (sandbox: Sandbox): Promise<Caller> => {
  const inJakarta = new Date(sandbox.clock.now() + 7 * hourMs).toISOString();
  return singapayCaller(sandbox, inJakarta.slice(0, 10).replaceAll("-", ""));
};

const callsOf: Readonly<Partial<Record<DefaultProvider, (sandbox: Sandbox, link: KnownLink) => Promise<Calls>>>> = {
  async midtrans(sandbox, { reference }) {
    const api = midtransCaller(sandbox);
    const path = `/v1/payment-links/${reference}`;
    const newest = async (): Promise<string | undefined> => {
      const { purchases = [] } = (await api("GET", path)).json as { purchases?: readonly { order_id: string }[] };
      return purchases.at(-1)?.order_id;
    };
    return {
      read: () => api("GET", path),
      close: () => api("DELETE", path),
      cancel: async () => api("POST", `/v2/${await newest()}/cancel`),
      update: async () => api("POST", `/v2/${await newest()}/refund`, { refund_key: "r-1", amount: 5_000, reason: "" }),
    };
  },
  async xfers(sandbox, { path }) {
    const api = xfersCaller(sandbox);
    const resource = `/api/v4/payment_links${path}`;
    const task = (action: string): ReturnType<Caller> =>
      api("POST", `${resource}/tasks`, { data: { attributes: { action } } });
    return {
      read: () => api("GET", resource),
      close: () => task("cancel"),
      cancel: () => task("receive_payment"),
      update: () => task("settle"),
    };
  },
  async singapay(sandbox, { reference }) {
    const api = await singapayToday(sandbox);
    const list = `/api/v1.0/payment-link-manage/${sandbox.singapay.credentials.accountId}`;
    const { data = [] } = (await api("GET", list)).json as { data?: readonly { id: number; reff_no: string }[] };
    const id = data.find(({ reff_no }) => reff_no === reference)?.id;
    const settings = { title: "Later", max_usage: 5, required_customer_detail: false, expired_at: null };
    const soon = new Date(sandbox.clock.now() + 10 * minuteMs).toISOString();
    return {
      read: () => api("GET", `${list}/${id}`),
      close: () => api("DELETE", `${list}/${id}`),
      cancel: () => api("PUT", `${list}/${id}`, { ...settings, status: "closed" }),
      update: () => api("PUT", `/api/v2.0/payment-link/update/${id}`, { title: "Later still", expired_at: soon }),
    };
  },
};
