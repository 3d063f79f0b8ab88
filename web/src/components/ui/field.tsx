import clsx from "clsx";
import { ChevronDown } from "lucide-react";
import { useId, type InputHTMLAttributes, type ReactNode, type Ref, type SelectHTMLAttributes } from "react";

export const inputClass =
  "h-9 w-full min-w-0 rounded-lg border border-field bg-card px-3 text-ink disabled:opacity-60 " +
  "aria-[invalid=true]:border-bad focus-visible:outline-offset-0";

interface FieldProps {
  label: string;
  help?: ReactNode;
  error?: string;
  optional?: boolean;
  children: (attributes: { id: string; "aria-describedby"?: string; "aria-invalid"?: true }) => ReactNode;
}

/** A label, its control, and what helps or went wrong, tied together for assistive technology. */
export function Field({ label, help, error, optional, children }: FieldProps) {
  const id = useId();
  const described = [error ? `${id}-error` : null, help ? `${id}-help` : null].filter(Boolean).join(" ");
  return (
    <div className="grid content-start gap-1.5">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
        {optional && <span className="ml-1.5 font-normal text-mut">optional</span>}
      </label>
      {children({ id, "aria-describedby": described || undefined, "aria-invalid": error ? true : undefined })}
      {error && (
        <p id={`${id}-error`} className="text-sm text-bad">
          {error}
        </p>
      )}
      {help && (
        <p id={`${id}-help`} className="text-sm text-mut">
          {help}
        </p>
      )}
    </div>
  );
}

export function Input({ className, ...rest }: InputHTMLAttributes<HTMLInputElement> & { ref?: Ref<HTMLInputElement> }) {
  return <input className={clsx(inputClass, className)} {...rest} />;
}

export function Select({
  className,
  children,
  ...rest
}: SelectHTMLAttributes<HTMLSelectElement> & { ref?: Ref<HTMLSelectElement> }) {
  return (
    <span className={clsx("relative inline-flex min-w-0", className)}>
      <select className={clsx(inputClass, "appearance-none truncate pr-8")} {...rest}>
        {children}
      </select>
      <ChevronDown
        aria-hidden
        className="pointer-events-none absolute top-1/2 right-2.5 size-4 -translate-y-1/2 text-mut"
      />
    </span>
  );
}
