import { notFound } from "next/navigation";
import { currentOrder } from "../../../src/checkout.ts";

export const dynamic = "force-dynamic";

export default async function OrderPage({ params }: { readonly params: Promise<{ readonly reference: string }> }) {
  const { reference } = await params;
  const order = await currentOrder(reference);
  if (!order) notFound();
  if (order.attention) {
    return (
      <>
        <h1>About your payment</h1>
        <p>Please ask us before you pay again.</p>
      </>
    );
  }
  return (
    <>
      {!order.paidAt && <meta httpEquiv="refresh" content="2" />}
      <h1>{order.paidAt ? "Paid" : "Waiting for your payment"}</h1>
      <p>
        {order.title}, Rp {order.amount.toLocaleString("id-ID")}
      </p>
      <p>
        {order.paidAt ? `Thank you. Your order is ${order.reference}.` : "This page changes as soon as it arrives."}
      </p>
    </>
  );
}
