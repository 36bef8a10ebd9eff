internal import HostState

/// Finds out whether the kernel can track further connections, without which nothing is redirected.
enum TrackingCheck {
    private static let warningPercentage = 90

    static func examine(_ host: some Host, _ findings: inout FindingList) {
        guard let count = host.parameter("net/netfilter/nf_conntrack_count"),
            let most = host.parameter("net/netfilter/nf_conntrack_max"), most > 0,
            count * 100 > most * warningPercentage
        else { return }
        findings.add(.trackingTableFull, .possible, of: nil, about: "") {
            (
                "the kernel tracks \(count) connections and takes \(most) at most, so new ones may be "
                    + "dropped",
                .parameter("net/netfilter/nf_conntrack_max", most * 2)
            )
        }
    }
}
