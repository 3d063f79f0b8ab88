import * as Popover from "@radix-ui/react-popover";
import { useNavigate } from "@tanstack/react-router";
import clsx from "clsx";
import { CalendarDays } from "lucide-react";
import { useState } from "react";
import { useSession } from "@/features/auth/queries";
import { dayRange } from "@/lib/format";
import { countDays, isDay, MAX_DAYS, PRESETS, type RangeSearch } from "@/lib/range";
import { Button, buttonClass } from "./ui/button";
import { Field, Input } from "./ui/field";
import { useRange } from "./use-range";

function problemOf(start: string, end: string): string | null {
  if (!isDay(start) || !isDay(end)) return "Enter both days.";
  if (start > end) return "The first day must not be after the last day.";
  return countDays(start, end) > MAX_DAYS ? "Choose two years at most." : null;
}

function CustomRange({ onChoose }: { onChoose: (search: RangeSearch) => void }) {
  const range = useRange();
  const { today } = useSession();
  const [start, setStart] = useState(range.start);
  const [end, setEnd] = useState(range.end);
  const [problem, setProblem] = useState<string | null>(null);
  const apply = () => {
    const found = problemOf(start, end);
    setProblem(found);
    if (!found) onChoose({ range: "custom", start, end });
  };
  return (
    <form
      noValidate
      className="grid gap-3 border-t p-3"
      onSubmit={(event) => {
        event.preventDefault();
        apply();
      }}
    >
      <div className="grid grid-cols-2 gap-2">
        <Field label="First day">
          {(attributes) => (
            <Input
              type="date"
              max={today}
              value={start}
              onChange={(event) => setStart(event.target.value)}
              {...attributes}
            />
          )}
        </Field>
        <Field label="Last day">
          {(attributes) => (
            <Input
              type="date"
              max={today}
              value={end}
              onChange={(event) => setEnd(event.target.value)}
              {...attributes}
            />
          )}
        </Field>
      </div>
      {problem && (
        <p role="alert" className="text-sm text-bad">
          {problem}
        </p>
      )}
      <Button type="submit" variant="primary">
        Show these days
      </Button>
    </form>
  );
}

export function RangePicker() {
  const range = useRange();
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const choose = ({ range: choice, start, end }: RangeSearch) => {
    setOpen(false);
    void navigate({ to: ".", search: (previous) => ({ ...previous, range: choice, start, end }) });
  };
  const otherYears = range.start.slice(0, 4) !== range.end.slice(0, 4);
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger className={buttonClass()}>
        <CalendarDays aria-hidden className="size-4 text-mut" strokeWidth={1.8} />
        {range.label}
        <span className="hidden text-xs text-mut sm:inline">{range.comparison}</span>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={6}
          collisionPadding={12}
          aria-label="Choose days"
          className="z-50 w-80 rounded-lg border bg-card shadow-float"
        >
          <div className="grid grid-cols-2 gap-1 p-2">
            {PRESETS.map((preset) => (
              <button
                key={preset.id}
                type="button"
                aria-pressed={range.choice === preset.id}
                onClick={() => choose({ range: preset.id })}
                className={clsx(
                  "rounded-md px-2.5 py-1.5 text-left hover:bg-hover",
                  range.choice === preset.id && "bg-fill font-medium",
                )}
              >
                {preset.label}
              </button>
            ))}
          </div>
          <CustomRange onChoose={choose} />
          <p className="border-t px-3 py-2 text-xs text-mut">
            {dayRange(range.start, range.end, otherYears)} compared with{" "}
            {dayRange(range.previousStart, range.previousEnd, otherYears)}
          </p>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
