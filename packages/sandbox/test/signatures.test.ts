import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { signatureKey } from "../src/midtrans/signature.ts";
import { hmacHex } from "../src/simulator-kit/index.ts";
import { bodyHash, canonicalJson, webhookSignature } from "../src/singapay/signature.ts";
import { tokenSignature } from "../src/singapay/tokens.ts";

// Known answers, computed apart from this code with node:crypto.

describe("Midtrans signature_key", () => {
  const sign = (statusCode: string, amount: string): string =>
    signatureKey("inv-2026-0042-1767225600123", statusCode, amount, "SB-Mid-server-EXAMPLEKEY0001");

  test.each([
    [
      "200",
      "fe9217b15e44df45d98464cf5786ab9ae764013b76b9637c8af933237cf9a2dc6f2a39749588d7935a5e776099204d1405b772f6ab46ca8d11a734871aaafffb",
    ],
    [
      "201",
      "960a5f6dd23c0e6f1b61ad0218c10bda5f78ff3b718fe056b0d2eca544c219222294decea88411bcc363aeb02007e19698a87806b5f728daecb970db8dd175ff",
    ],
    [
      "202",
      "a86e043dcbbecb6e9edaf1ebee972370ce29ffe856262f62b2d3020a8f52a9a2b7491a8e7b7dbb00fefcf7472e1a519be01ed03527c23b7235bcb74073d7d4ca",
    ],
  ])("status code %s", (statusCode, digest) => {
    expect(sign(statusCode, "10000.00")).toBe(digest);
  });

  test("another spelling of the amount gives another signature", () => {
    expect(sign("200", "10000")).toMatch(/^aeca0b3e.*2ede318b$/);
  });
});

describe("Xfers-Signature", () => {
  const secret = "ss_5572cf13d099";
  const id = "paymentlink_00112233445566778899aabbccddeeff";
  const bodyA = '{"id":"contract_12345678"}';
  const bodyB = `{"data":{"id":"${id}","type":"payment_links","attributes":{"status":"paid","amount":"10000.0","referenceId":"ORDER-1"}}}`;
  const bodyC = `{"data":{"id":"${id}","type":"payment_links","attributes":{"status":"completed","amount":"10000.0","referenceId":"ORDER-1","description":"Tom \\u0026 Jerry"}}}`;

  test.each([
    [bodyA, 26, "6b79486fadb4b37c3020f47a868de02d953c96609041015c0e1dd415fc9f29b2"],
    [bodyB, 159, "268236ddc1ce7fb14dc7d5160319999895358a7ac0680b5d2667f851d2e03804"],
    [bodyC, 197, "ca9e28ad974347c20378a5ef07f2458c1f7de9b013cd87d4d12a5aa8bca91a76"],
  ])("of a body of $1 bytes", (body, byteCount, digest) => {
    expect(Buffer.byteLength(body)).toBe(byteCount);
    expect(hmacHex("sha256", secret, body)).toBe(digest);
  });

  test("is of the bytes, not of what they mean", () => {
    expect(hmacHex("sha256", secret, JSON.stringify(JSON.parse(bodyC)))).toBe(
      "a36650f43204546558c8ebd053598beb477c6245ce8945eff019c9e143c46a04",
    );
    expect(hmacHex("sha256", secret, JSON.stringify(JSON.parse(bodyB), null, 2))).toBe(
      "577333bf54416cb786c2ead3605adee67a0e58be5140dd60044eee46a46b3d8d",
    );
  });
});

describe("SingaPay", () => {
  test("token signature", () => {
    expect(tokenSignature("demo-client-7f31", "demo-secret-Q9x2Lm", "20260315")).toBe(
      "ba80583bb014b1af4157103f4022547f8a92f8fa137e829ab21954003cda91c6ef2a60350ab71913861cd8a1284136d26f0bcb8150d252288881b8e387533b1a",
    );
  });

  test("canonical body: names in byte order, arrays as they are, an empty object as an empty array", () => {
    const canonical = canonicalJson({ b: {}, a: [{ z: 1, y: "é/ü" }], A: null });
    expect(canonical).toBe('{"A":null,"a":[{"y":"é/ü","z":1}],"b":[]}');
    expect(createHash("sha256").update(canonical).digest("hex")).toBe(
      "14c3616a77581fa515e64f4d7326ba57767d9a1946c5c77a25c209f08f26e44f",
    );
  });

  test("canonical body: bytes decide, not UTF-16 units", () => {
    expect(canonicalJson({ "\u{1F600}": 1, "\uFF5E": 2 })).toBe('{"\uFF5E":2,"\u{1F600}":1}');
  });

  test("webhook signature", () => {
    const body =
      '{"status":200,"success":true,"event":"payment-link-transaction","timestamp":"15 Mar 2026 10:20:30","data":{"transaction":{"reff_no":"30170120260315101500","type":"pl","status":"paid","amount":{"value":"75000.00","currency":"IDR"},"tip":null},"payment":{"method":"payment_link","additional_info":{"payment_link":{"id":301,"reff_no":"ORD-1001","payment_url":"https://sandbox-paymentlink.singapay.id/b2b/ORD-1001"}}}}}';
    expect(bodyHash(body)).toBe("88ee039a5eff29dafb8aad20b2d3600eae32ba9578efecff6e7971f2a4bd1e13");
    expect(
      webhookSignature(
        { endpoint: "/webhooks/singapay?src=pl", bearer: "wh-random-token-01", body, timestamp: "1773544830" },
        "demo-secret-Q9x2Lm",
      ),
    ).toBe(
      "9bd9d05ec999636b7a4a7755266f515ad133d3fbfba76ed80a621007c40445f94b7372f95f38f9b65ada43da2689b9317ea431a1710c6532ea7d56bfe9f5536e",
    );
  });
});
