import clsx from "clsx";

export function BrandMark({ className }: { className?: string }) {
  return <img src="/favicon.svg" alt="" className={clsx("shrink-0", className ?? "size-5")} />;
}

export function Brand({ large = false }: { large?: boolean }) {
  return (
    <span className={clsx("flex items-center gap-2 font-semibold", large ? "text-xl" : "text-lg")}>
      <BrandMark className={large ? "size-7" : "size-5"} />
      OmniFy
    </span>
  );
}
