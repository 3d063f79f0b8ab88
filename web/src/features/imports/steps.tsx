import clsx from "clsx";
import { Check } from "lucide-react";

const STEPS = [
  { id: "choose", label: "Choose a file" },
  { id: "map", label: "Map columns" },
  { id: "check", label: "Check" },
  { id: "run", label: "Import" },
] as const;

export function Steps({ current }: { current: (typeof STEPS)[number]["id"] }) {
  const at = STEPS.findIndex((step) => step.id === current);
  return (
    <ol aria-label="Steps" className="mb-5 flex flex-wrap gap-x-6 gap-y-2 border-b pb-4 text-sm">
      {STEPS.map((step, index) => (
        <li
          key={step.id}
          aria-current={index === at ? "step" : undefined}
          className={clsx("flex items-center gap-2", index === at ? "font-medium" : "text-mut")}
        >
          <span
            aria-hidden
            className={clsx(
              "grid size-5.5 place-items-center rounded-full border text-xs",
              index === at && "border-transparent bg-accent text-on-accent",
              index < at && "border-transparent bg-good-fill text-good",
            )}
          >
            {index < at ? <Check className="size-3.5" /> : index + 1}
          </span>
          {step.label}
        </li>
      ))}
    </ol>
  );
}
