export default function Sorry() {
  return (
    <>
      <h1>Sorry</h1>
      <p>The payment service does not answer. Please try again in a minute.</p>
    </>
  );
}
