export interface SparkPaths {
  line: string;
  area: string;
}

const round = (value: number) => Math.round(value * 100) / 100;

/** SVG paths of a small line in a box of width × height. Missing values break the line; nothing to draw gives "". */
export function sparkPaths(values: (number | null)[], width: number, height: number, pad = 2): SparkPaths {
  const known = values.filter((value): value is number => value !== null);
  if (known.length < 2) return { line: "", area: "" };
  const low = Math.min(...known);
  const span = Math.max(...known) - low;
  const step = width / (values.length - 1);
  const x = (index: number) => round(index * step);
  const y = (value: number) => round(span === 0 ? height / 2 : pad + (1 - (value - low) / span) * (height - 2 * pad));

  let line = "";
  let area = "";
  let from: number | null = null;
  values.forEach((value, index) => {
    if (value === null) {
      from = null;
      return;
    }
    const begins = from === null;
    from ??= index;
    line += `${begins ? "M" : "L"}${x(index)} ${y(value)}`;
    area += begins ? `M${x(index)} ${height}L${x(index)} ${y(value)}` : `L${x(index)} ${y(value)}`;
    const next = values[index + 1];
    if (next === null || next === undefined) area += `L${x(index)} ${height}Z`;
  });
  return { line, area };
}
