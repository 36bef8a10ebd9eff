import Addressing
import PolicyModel

/// Makes a policy of the redirects in OpenWrt's firewall configuration.
struct UCIImport {
    private let options: ImportOptions
    private var interfaces: [String: Set<InterfacePattern>] = [:]
    private var masquerading: [String: Set<IPFamily>] = [:]
    private var unknownZones: Set<String> = []
    private var entries: [ImportedPolicy.Entry] = []

    init(_ options: ImportOptions) { self.options = options }

    /// The policy.
    func policy(from text: ForeignText) throws(ImportRefused) -> ImportedPolicy {
        var copy = self
        return copy.policy(of: try UCISection.all(in: text))
    }

    private mutating func policy(of sections: [UCISection]) -> ImportedPolicy {
        for zone in sections where zone.type == "zone" {
            if let name = zone.value("name") {
                masquerading[name] = Set(
                    [("masq", .ipv4), ("masq6", .ipv6)].compactMap { option, family in
                        zone.value(option) == nil || zone.isOff(option) ? nil : family
                    }
                )
            }
            let devices = (zone.values["device"] ?? []).map {
                InterfacePattern($0, beginningEndsWith: "+")
            }
            let known = devices.compactMap(\.self)
            if let name = zone.value("name"), !known.isEmpty, known.count == devices.count,
                zone.value("network") == nil
            {
                interfaces[name] = Set(known)
            }
        }
        interfaces.merge(options.interfaces) { $1 }
        var written: [WrittenRule] = []
        var others: [String: Int] = [:]
        for section in sections {
            guard section.type == "redirect" else {
                others[section.type, default: 0] += 1
                continue
            }
            take(section, number: written.count)
            written.append(section.written)
        }
        var head = ["imported by redirctl from OpenWrt's /etc/config/firewall"]
        if !others.isEmpty {
            let names = others.keys.sorted().map { "\(others[$0] ?? 0) \($0.inComment)" }
            head.append("not read, because they redirect nothing: \(names.joined(separator: ", "))")
        }
        for zone in unknownZones.sorted() {
            head.append(
                "the interfaces of the zone \(zone.inComment) are not in the file: its redirects are "
                    + "switched off; import again with --interface \(zone.inComment)=NAME"
            )
        }
        return ImportedPolicy(head: head, entries: entries, written: written)
    }

    private mutating func take(_ section: UCISection, number: Int) {
        do throws(Unsayable) {
            let redirect = try UCIRedirect(section)
            let known = interfaces[redirect.zone]
            if known == nil { unknownZones.insert(redirect.zone) }
            var drafts = try redirect.drafts(number: number, interfaces: known)
            let inner = section.value("dest").flatMap { interfaces[$0] }
            drafts += try redirect.reflection(
                &drafts,
                number: number,
                interfaces: inner,
                masquerading: masquerading[redirect.zone]
            )
            entries += drafts.map { .redirect($0) }
        } catch {
            entries.append(
                .comment(["left out, \(section.written.quotation)", "  \(error.reason)"])
            )
        }
    }
}
