// Plain functions of the schemas in wire.ts.

interface WithId {
  readonly id: string;
}

export const idOfObject = ({ id }: WithId): string => id;

export const objectOfId = (id: string): WithId => ({ id });
