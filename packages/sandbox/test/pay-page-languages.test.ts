import { describe, expect, test } from "vitest";
import { createLinkAt } from "./create-link.ts";
import { openPage } from "./page.ts";
import { call, minuteMs, startSandbox } from "./support.ts";

describe("the language of a pay page", () => {
  test.each([
    ["nothing", "", undefined, "en"],
    ["any language", "*", undefined, "en"],
    ["Indonesian", "id-ID,id;q=0.9,en-US;q=0.8", undefined, "id"],
    ["Indonesian, by its code of before", "in-ID", undefined, "id"],
    ["English, and Indonesian less", "id;q=0.5, en-GB;q=0.8", undefined, "en"],
    ["neither", "fr-FR,ja;q=0.9", undefined, "en"],
    ["no Indonesian", "id;q=0, fr", undefined, "en"],
    ["Interlingue, whose code begins alike", "ie, ind", undefined, "en"],
    ["what cannot be read", ";;q=,=\u{00ff}", undefined, "en"],
    ["English, but the address says otherwise", "en", "id", "id"],
    ["Indonesian, but the address says otherwise", "id", "en", "en"],
    ["Indonesian, and the address names no language", "id", "xx", "id"],
  ])("for a browser that asks for %s", async (_name, accepted, chosen, expected) => {
    const { sandbox } = await startSandbox();
    const link = await createLinkAt(sandbox, "midtrans");
    const url = chosen === undefined ? link : `${link}?lang=${chosen}`;
    const page = await openPage(url, accepted === "" ? {} : { "Accept-Language": accepted });
    expect([page.element.getAttribute("lang"), page.headers.get("vary")]).toEqual([expected, "Accept-Language"]);
  });

  test("is switched by a link, and stays through forms, refusals and redirects", async () => {
    const { sandbox } = await startSandbox();
    const first = await openPage(await createLinkAt(sandbox, "singapay"));
    const switched = await first.follow("Bahasa Indonesia");
    expect(switched.get("status").text).toBe("Menunggu pembayaran");
    const opened = await switched.press("Lanjutkan", { "Virtual account BRI": true });
    expect([opened.get("status").text, new URL(opened.url).searchParams.get("lang")]).toEqual([
      "Pembayaran ini belum selesai.",
      "id",
    ]);
    const refused = await opened.press("Bayar nominal yang salah", { "Nominal selain Rp20.000": "1000" });
    expect([refused.status, refused.get("alert").text]).toEqual([
      400,
      "Nominal selain Rp20.000 tidak diterima: tidak ada yang dibayar, dan penjual tidak menerima webhook.",
    ]);
    const paid = await refused.press("Selesaikan pembayaran");
    expect(paid.get("status").text).toBe("Pembayaran berhasil. Terima kasih.");
    expect((await paid.follow("Buat pembayaran lagi")).element.getAttribute("lang")).toBe("id");
    const back = await paid.follow("English");
    expect([back.get("status").text, back.element.getAttribute("lang")]).toEqual(["Paid. Thank you.", "en"]);
  });

  test("is that of the browser again once its address names none", async () => {
    const { sandbox } = await startSandbox();
    const link = await createLinkAt(sandbox, "xfers");
    const page = await openPage(link, { "Accept-Language": "id" });
    const opened = await page.press("Lanjutkan", { "Virtual account BCA": true });
    expect([opened.element.getAttribute("lang"), opened.url.includes("lang=")]).toEqual(["id", false]);
  });

  test("is that of a page that only refuses", async () => {
    const { sandbox } = await startSandbox();
    const unknown = await openPage(`${sandbox.midtrans.url}/payment-links/none?lang=id`);
    expect([unknown.status, unknown.get("heading").text, unknown.get("status").text]).toEqual([
      404,
      "Link tidak ditemukan",
      "Link pembayaran ini tidak ada atau sudah dihapus.",
    ]);
  });
});

describe("what a payer in Indonesia reads", () => {
  const open = async (
    provider: "midtrans" | "xfers" | "singapay",
    method: string,
  ): Promise<Awaited<ReturnType<typeof openPage>>> => {
    const { sandbox } = await startSandbox();
    const page = await openPage(await createLinkAt(sandbox, provider), { "Accept-Language": "id" });
    return page.press("Lanjutkan", { [method]: true });
  };

  test.each([
    ["midtrans", "Virtual account BCA", "Nomor virtual account", "Bayar sebelum 16 Maret 2026 pukul 10.00 WIB"],
    ["midtrans", "Mandiri Bill", "Kode bayar (bill key)", "Bayar dalam 1 hari"],
    ["midtrans", "Indomaret", "Kode pembayaran", "Tunjukkan kode ini ke kasir Indomaret mana saja."],
    ["midtrans", "GoPay", "Konfirmasi Rp20.000 di aplikasi GoPay", "Bayar dalam 15 menit"],
    ["midtrans", "Kredivo", "Anda akan diarahkan ke Kredivo", "Total pembayaran Rp20.000"],
    ["midtrans", "Kartu kredit atau debit", "Nomor kartu", "Bayar dalam 10 menit"],
    ["xfers", "QRIS", "Scan kode QR ini", "Bayar dalam 1 hari"],
    ["singapay", "Alfamart", "Kode pembayaran", "simpan struknya"],
  ] as const)("at %s of %s", async (provider, method, ...expected) => {
    const { text } = (await open(provider, method)).get("main");
    expect(expected.filter((part) => !text.includes(part))).toEqual([]);
  });

  test("in the refusal of a provider: a sentence, and the provider's words as the reason", async () => {
    const { sandbox } = await startSandbox();
    const link = await createLinkAt(sandbox, "xfers");
    const page = await openPage(link, { "Accept-Language": "id" });
    await sandbox.expire(link);
    const refused = await page.press("Lanjutkan", { "Virtual account BCA": true });
    expect([refused.status, refused.get("status").text, refused.get("alert").text]).toEqual([
      409,
      "Link ini sudah kedaluwarsa.",
      "Saat ini tidak bisa diproses. Alasan di sandbox: The link is expired; to choose a method it must be pending.",
    ]);
  });
});

test("the time that is left is that of the sandbox's clock", async () => {
  const { sandbox, clock } = await startSandbox();
  const page = await openPage(await createLinkAt(sandbox, "midtrans"));
  const opened = await page.press("Continue", { QRIS: true });
  expect(opened.get("main").text).toContain("Pay within 15 minutes by 15 March 2026 at 10:15 WIB");
  clock.advance(14 * minuteMs + 30_000);
  const later = await openPage(opened.url);
  expect(later.get("main").text).toContain("Pay within one minute by 15 March 2026 at 10:15 WIB");
  expect(later.get("time").element.getAttribute("datetime")).toBe("2026-03-15T10:15:00+07:00");
  clock.advance(minuteMs);
  await sandbox.idle();
  expect((await call(opened.url)).text).not.toContain("Pay within");
});

test("the page of a link that ends says when, and one that never does says nothing", async () => {
  const { sandbox } = await startSandbox();
  const ending = await openPage(await createLinkAt(sandbox, "xfers"));
  expect(ending.get("main").text).toContain("Pay within 1 day by 16 March 2026 at 10:00 WIB");
  expect((await openPage(await createLinkAt(sandbox, "singapay"))).has("time")).toBe(false);
});
