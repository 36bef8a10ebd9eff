internal import Addressing
internal import RulesetModel

extension LoadBalancing {
    /// Reads a match on a number that the kernel draws, or nothing for any other match.
    ///
    /// A hash is of one family's addresses; that is given beside it.
    static func read(listing match: JSONValue) -> (draw: LoadBalancing, family: IPFamily?)? {
        guard let match = match.object, match.hasOnly("op", "left", "right"),
            match["op"]?.text == "==", let right = match["right"],
            let left = match["left"]?.object?.single, let generator = left.value.object,
            let modulus = generator["mod"]?.number.flatMap(UInt32.init(exactly:)),
            (generator["offset"]?.number ?? 0) == 0,
            let numbers = IntervalSet<UInt32>(listing: right), numbers.intervals.count == 1,
            let range = numbers.intervals.first
        else { return nil }
        switch left.key {
        case "numgen":
            guard generator.hasOnly("mode", "mod", "offset") else { return nil }
            switch generator["mode"]?.text {
            case "random": return (LoadBalancing(.random, modulus: modulus, range: range), nil)
            case "inc": return (LoadBalancing(.increasing, modulus: modulus, range: range), nil)
            default: return nil
            }
        case "jhash":
            guard generator.hasOnly("mod", "seed", "offset", "expr"),
                generator["seed"]?.number == Int64(Self.seed),
                let source = generator["expr"]?.object?.single, source.key == "payload",
                let field = source.value.object, field.hasOnly("protocol", "field"),
                field["field"]?.text == "saddr"
            else { return nil }
            switch field["protocol"]?.text {
            case "ip": return (LoadBalancing(.sourceHash, modulus: modulus, range: range), .ipv4)
            case "ip6": return (LoadBalancing(.sourceHash, modulus: modulus, range: range), .ipv6)
            default: return nil
            }
        default: return nil
        }
    }
}
