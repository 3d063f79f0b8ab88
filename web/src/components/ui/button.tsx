import clsx from "clsx";
import { LoaderCircle } from "lucide-react";
import type { ButtonHTMLAttributes, Ref } from "react";

type Variant = "primary" | "secondary" | "ghost" | "danger";

const VARIANTS: Record<Variant, string> = {
  primary: "border-transparent bg-accent text-on-accent hover:bg-accent-strong font-medium",
  secondary: "border-line bg-card hover:bg-hover",
  ghost: "border-transparent hover:bg-hover text-mut hover:text-ink",
  danger: "border-transparent bg-bad text-on-accent hover:opacity-90 font-medium",
};

export function buttonClass(variant: Variant = "secondary", size: "base" | "icon" = "base"): string {
  return clsx(
    "inline-flex items-center justify-center gap-2 rounded-lg border whitespace-nowrap transition-colors duration-150",
    "disabled:opacity-60 disabled:cursor-not-allowed",
    size === "icon" ? "size-8.5 shrink-0" : "h-8.5 px-3",
    VARIANTS[variant],
  );
}

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  variant?: Variant;
  size?: "base" | "icon";
  busy?: boolean;
  ref?: Ref<HTMLButtonElement>;
}

export function Button({ variant, size, busy, className, children, disabled, type = "button", ...rest }: ButtonProps) {
  return (
    <button
      type={type}
      className={clsx(buttonClass(variant, size), className)}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      {...rest}
    >
      {busy && <LoaderCircle aria-hidden className="size-4 animate-spin" />}
      {children}
    </button>
  );
}
