import { describe, expect, onTestFinished, test } from "vitest";
import { createSandbox, type Sandbox } from "../src/index.ts";
import { createSentForms } from "../src/pages/sent-forms.ts";
import { createLinkAt } from "./create-link.ts";
import { call, midtransCaller, pick, type Reply, startMs, textAt } from "./support.ts";

describe("a form that was sent", () => {
  test("is carried out once, whether it comes again while it is under way or after", async () => {
    const forms = createSentForms<number>(10);
    const { promise, resolve } = Promise.withResolvers<number>();
    let count = 0;
    const carryOut = (): Promise<number> => {
      count += 1;
      return promise;
    };
    const clicks = [forms.once("a", carryOut), forms.once("a", carryOut)];
    resolve(7);
    expect(await Promise.all([...clicks, forms.once("a", carryOut)])).toEqual([7, 7, 7]);
    expect(count).toBe(1);
  });

  test("can be sent again where it was refused, at once or later", async () => {
    const forms = createSentForms<number>(10);
    const refuse = (): Promise<number> => Promise.reject(new Error("refused"));
    await expect(forms.once("a", refuse)).rejects.toThrow("refused");
    await expect(
      forms.once("a", () => {
        throw new Error("at once");
      }),
    ).rejects.toThrow("at once");
    expect(await forms.once("a", () => Promise.resolve(1))).toBe(1);
  });

  test("is forgotten once so many others were carried out; one that is under way never is", async () => {
    const forms = createSentForms<number>(3);
    let count = 0;
    const carryOut = (): Promise<number> => {
      count += 1;
      return Promise.resolve(count);
    };
    const { promise, resolve } = Promise.withResolvers<number>();
    const slow = forms.once("slow", () => promise);
    for (const name of ["a", "b", "c"]) await forms.once(name, carryOut);
    expect(await forms.once("a", carryOut)).toBe(1);
    await forms.once("d", carryOut);
    expect([await forms.once("b", carryOut), await forms.once("a", carryOut)]).toEqual([2, 5]);
    const again = forms.once("slow", carryOut);
    resolve(0);
    expect([await slow, await again]).toEqual([0, 0]);
  });
});

const start = async (seed: string): Promise<Sandbox> => {
  const sandbox = await createSandbox({ clock: { frozenAt: startMs }, seed });
  onTestFinished(() => sandbox.close());
  return sandbox;
};

const formsIn = ({ text }: Reply): readonly string[] =>
  [...text.matchAll(/<input type="hidden" name="form" value="([^"]+)">/g)].map(([, id = ""]) => id);

const submit = (link: string, fields: Record<string, string>): Promise<Reply> => {
  const headers = { Origin: new URL(link).origin };
  return call(link, { method: "POST", headers, body: new URLSearchParams(fields) });
};

const paymentsIn = async (sandbox: Sandbox): Promise<readonly unknown[]> =>
  pick((await call(`${sandbox.control.url}/links`)).json, 0, "payments") as unknown[];

test("three hundred payers who all click twice pay three hundred times", async () => {
  const sandbox = await start("a");
  const reply = await midtransCaller(sandbox)("POST", "/v1/payment-links", {
    transaction_details: { order_id: "inv-1", gross_amount: 10_000 },
    usage_limit: 999,
  });
  const link = textAt(reply.json, "payment_url");
  const pages = await Promise.all(Array.from({ length: 300 }, () => call(link)));
  const clicks = pages.flatMap((page) => {
    const fields = { method: "bca_va", form: formsIn(page)[0] ?? "" };
    return [submit(link, fields), submit(link, fields)];
  });
  expect(new Set((await Promise.all(clicks)).map(({ status }) => status))).toEqual(new Set([303]));
  expect(await paymentsIn(sandbox)).toHaveLength(300);
});

describe("the ids of forms", () => {
  test.each(["midtrans", "xfers", "singapay"] as const)(
    "of %s are those of the seed, another one on each form, and others of another seed",
    async (provider) => {
      const shown = async (seed: string): Promise<readonly string[]> => {
        const sandbox = await start(seed);
        const link = await createLinkAt(sandbox, provider);
        const { id } = await sandbox.open(link);
        const pages = [await call(link), await call(`${link}?payment=${id}`)];
        return pages.flatMap(formsIn);
      };
      const ids = await shown("a");
      expect([ids.length > 2, new Set(ids).size]).toEqual([true, ids.length]);
      expect(await shown("a")).toEqual(ids);
      expect((await shown("b")).filter((id) => ids.includes(id))).toEqual([]);
    },
  );

  test("change nothing else that is made up, however often the page is looked at", async () => {
    const payments = async (looks: number): Promise<readonly unknown[]> => {
      const sandbox = await start("a");
      const link = await createLinkAt(sandbox, "singapay");
      for (let count = 0; count < looks; count += 1) await call(link);
      await sandbox.pay(link);
      return (await paymentsIn(sandbox)).map((payment) => pick(payment, "id"));
    };
    expect(await payments(3)).toEqual(await payments(0));
  });

  test("are asked of no caller, and one of any length is known again", async () => {
    const sandbox = await start("a");
    const link = await createLinkAt(sandbox, "midtrans");
    const form = `<script>${"x".repeat(100_000)}`;
    const [first, second] = [
      await submit(link, { method: "bca_va", form }),
      await submit(link, { method: "bca_va", form }),
    ];
    expect([first.status, second.headers.get("location")]).toEqual([303, first.headers.get("location")]);
    expect((await submit(link, { method: "bca_va" })).headers.get("location")).not.toBe(first.headers.get("location"));
  });
});
