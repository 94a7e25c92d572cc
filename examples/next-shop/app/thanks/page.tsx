import type { PaymentReturn } from "@tautan/webhooks";
import { notFound } from "next/navigation";
import { shop } from "../../src/shop.ts";

interface Props {
  readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>;
}

/** The page to which the payer returns. Anyone can open its address, so that is only a hint which link to ask the gateway about. */
export default async function ThanksPage({ searchParams }: Props) {
  const named = Object.entries(await searchParams).flatMap(([name, values]) =>
    [values ?? []].flat().map((value) => [name, value]),
  );
  const returned = await shop().confirmReturn(`/thanks?${new URLSearchParams(named)}`);
  if (returned.isOk()) return <Returned {...returned.value} />;
  if (returned.error.kind === "unknown_link" || returned.error.kind === "no_reference") notFound();
  return (
    <>
      <h1>We are looking for your payment</h1>
      <p>Please reload this page in a minute.</p>
    </>
  );
}

const Returned = ({ status, link }: PaymentReturn) => {
  switch (status) {
    case "paid":
      return (
        <>
          <h1>Paid</h1>
          <p>Order {link.reference}</p>
          <p>Thank you. Your parcel is on its way.</p>
        </>
      );
    case "pending":
      return (
        <>
          <meta httpEquiv="refresh" content="3" />
          <h1>Waiting for your payment</h1>
          <p>Order {link.reference}</p>
          <p>This page changes as soon as it arrives.</p>
        </>
      );
    case "unpaid":
      return (
        <>
          <h1>Not paid yet</h1>
          <p>Order {link.reference}</p>
          <a className="button" href={link.url}>
            Pay now
          </a>
        </>
      );
    case "review":
      return (
        <>
          <h1>We look at your payment</h1>
          <p>Order {link.reference} differs from it. We write to you.</p>
        </>
      );
    case "expired":
    case "closed":
      return (
        <>
          <h1>Too late</h1>
          <p>
            Order {link.reference} was not paid in time. <a href="/">Order again</a>
          </p>
        </>
      );
    case "refunded":
    case "reversed":
    case "disputed":
      return (
        <>
          <h1>Not paid any more</h1>
          <p>The money for order {link.reference} went back to you, or is about to.</p>
        </>
      );
  }
};
