import React, { useState } from 'react';

interface Props {
  label: string;
}

/** A button that counts. */
export function Counter({ label }: Props) {
  const [count, setCount] = useState(0);
  return <Button onClick={() => setCount(count + 1)}>{label}: {count}</Button>;
}

export const Panel: React.FC<Props> = (props) => {
  return <Counter label={props.label} />;
};
