import { listOrders } from "../../src/orders.ts";
import { rupiah } from "../../src/rupiah.ts";
import { shop } from "../../src/shop.ts";

export const dynamic = "force-dynamic";

export default async function OrdersPage() {
  const orders = await listOrders(shop().pool);
  if (orders.length === 0) return <h1>No orders yet</h1>;
  return (
    <>
      <h1>Orders</h1>
      <table>
        <thead>
          <tr>
            <th>Order</th>
            <th>Price</th>
            <th>Status</th>
            <th>Parcels</th>
          </tr>
        </thead>
        <tbody>
          {orders.map(({ reference, price, status, parcels }) => (
            <tr key={reference}>
              <td>{reference}</td>
              <td>{rupiah(price)}</td>
              <td>{status}</td>
              <td>{parcels}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
