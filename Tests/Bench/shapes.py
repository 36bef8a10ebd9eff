"""The policies that are measured, and the best script that a careful person would write by hand for
plain `nft -f`: the same maps, with the same counters and comments, and told their size."""

TABLE = "redirctl"
PROTOCOLS = "meta l4proto { tcp, udp, sctp }"


class Redirect:
    """One redirect: its YAML, and the element of a map that does the same."""

    def __init__(self, name, match, target, shape, element):
        self.name, self.match, self.target = name, match, target
        self.shape, self.element = shape, element

    def yaml(self):
        return (f"  - {{name: {self.name}, direction: inbound, match: {{{self.match}}}, "
                f"to: {{{self.target}}}}}\n")


class Shape:
    """A map by hand: its declaration and the rule that asks it."""

    def __init__(self, name, key, value, rule, interval=False):
        self.name, self.key, self.value, self.rule, self.interval = name, key, value, rule, interval


EXACT = Shape("exact", "ipv4_addr . inet_proto . inet_service", "ipv4_addr . inet_service",
              f"{PROTOCOLS} dnat ip to ip daddr . meta l4proto . th dport map @exact")
PORTS = Shape("ports", "inet_proto . inet_service", "inet_service",
              f"{PROTOCOLS} dnat to :meta l4proto . th dport map @ports")
RANGES = Shape("ranges", "ipv4_addr . inet_proto . inet_service", "ipv4_addr . inet_service",
               f"{PROTOCOLS} dnat ip to ip daddr . meta l4proto . th dport map @ranges",
               interval=True)
MOVED = Shape("moved", "ipv4_addr . inet_proto . inet_service", "ipv4_addr",
              f"{PROTOCOLS} dnat ip to ip daddr . meta l4proto . th dport map @moved")
CLIENTS = Shape("clients", "ipv4_addr . ipv4_addr . inet_proto . inet_service",
                "ipv4_addr . inet_service",
                f"{PROTOCOLS} dnat ip to ip saddr . ip daddr . meta l4proto . th dport map @clients")
SIXES = Shape("sixes", "ipv6_addr . inet_proto . inet_service", "ipv6_addr . inet_service",
              f"{PROTOCOLS} dnat ip6 to ip6 daddr . meta l4proto . th dport map @sixes")


def dotted(base, number):
    number += base
    return f"{number >> 24 & 255}.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


TEN = 10 << 24


def exact(index, shift=0):
    there, target = dotted(TEN, index), dotted(TEN + (128 << 16), index)
    port = 8080 + shift
    return Redirect(f"exact-{index}",
                    f"protocol: tcp, destination: {{address: {there}, port: 80}}",
                    f"address: {target}, port: {port}",
                    EXACT, (f"{there} . tcp . 80", f"{target} . {port}"))


def ports(index, shift=0):
    protocol, port = ("tcp", "udp", "sctp")[index // 50000], 1 + index % 50000
    new = 50001 + (index + shift) % 10000
    return Redirect(f"ports-{index}", f"protocol: {protocol}, destination: {{port: {port}}}",
                    f"port: {new}", PORTS, (f"{protocol} . {port}", f"{new}"))


def ranges(index, shift=0):
    there, target = dotted(TEN, index * 16) + "/28", dotted(TEN + (128 << 16), index)
    port = 9000 + shift
    return Redirect(f"ranges-{index}",
                    f"protocol: tcp, destination: {{address: {there}, port: 60000-60099}}",
                    f"address: {target}, port: {port}",
                    RANGES, (f"{there} . tcp . 60000-60099", f"{target} . {port}"))


def moved(index, shift=0):
    there, target = dotted(TEN, index), dotted(TEN + (128 << 16), index + shift)
    return Redirect(f"moved-{index}",
                    f"protocol: udp, destination: {{address: {there}, port: 53}}",
                    f"address: {target}", MOVED, (f"{there} . udp . 53", target))


def clients(index, shift=0):
    there, client = dotted(TEN, index), dotted(TEN + (64 << 16), index)
    port = 8443 + shift
    return Redirect(f"clients-{index}",
                    f"protocol: tcp, source: {{address: {client}}}, "
                    f"destination: {{address: {there}, port: 443}}",
                    f"address: 10.200.0.1, port: {port}",
                    CLIENTS, (f"{client} . {there} . tcp . 443", f"10.200.0.1 . {port}"))


def sixes(index, shift=0):
    there = f"fd00:0:0:0:1:{index >> 16:x}:{index >> 8 & 255:x}:{index & 255:x}"
    port = 8080 + shift
    return Redirect(f"sixes-{index}",
                    f"protocol: tcp, destination: {{address: \"{there}\", port: 80}}",
                    f"address: \"fd01::1\", port: {port}",
                    SIXES, (f"{there} . tcp . 80", f"fd01::1 . {port}"))


def mix(index, shift=0):
    return (exact, ports, ranges, moved, clients, sixes)[index % 6](index // 6, shift)


SHAPES = {"exact": exact, "ports": ports, "ranges": ranges, "mix": mix}


def policy(redirects):
    return "version: 1\nredirects:\n" + "".join(redirect.yaml() for redirect in redirects)


def script(redirects, plain=False):
    """The script; `plain` leaves counters and comments out."""
    by_shape = {}
    for redirect in redirects:
        by_shape.setdefault(redirect.shape, []).append(redirect)
    lines = [f"table inet {TABLE} {{"]
    for shape, members in by_shape.items():
        extra = "flags interval; " if shape.interval else f"size {len(members)}; "
        extra += "" if plain else "counter; "
        lines.append(f"  map {shape.name} {{ type {shape.key} : {shape.value}; {extra}elements = {{")
        lines.append(",\n".join(
            f"{m.element[0]}" + ("" if plain else f' comment "{m.name}"') + f" : {m.element[1]}"
            for m in members))
        lines.append("} }")
    lines.append("  chain prerouting { type nat hook prerouting priority -105; policy accept;")
    lines += [f"    {shape.rule}" for shape in by_shape]
    return "\n".join(lines + ["  }", "}"]) + "\n"
