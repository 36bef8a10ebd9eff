import Addressing
public import ArgumentParser
import Diagnostics
public import PolicyImport
import PolicyYAML
import TrustedFiles

struct ImportCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Write a policy from another system's port forwards",
        discussion: """
            Reads the output of iptables-save or ip6tables-save, or of both one after the other; of \
            `nft -j list ruleset`; of `netsh interface portproxy dump` or `show all`; or OpenWrt's \
            /etc/config/firewall. The policy goes to standard output, with a comment for each rule that was left out. \
            Changes nothing, and needs no privileges.

              $ sudo iptables-save | redirctl import - > policy.yaml
              $ redirctl import --interface wan=eth1 /etc/config/firewall
            """
    )

    @Argument(help: "The file with the rules; `-` reads standard input.", completion: .file())
    var file: String

    @Option(
        help: ArgumentHelp(
            "What the rules are written for. (default: recognised from the file)",
            valueName: ImportKind.allCases.map(\.rawValue).joined(separator: "|")
        ),
        completion: .list(ImportKind.allCases.map(\.rawValue))
    )
    var from: ImportKind?

    @Option(
        help: ArgumentHelp(
            "The interfaces of a zone of OpenWrt, with commas between them. Can be repeated.",
            valueName: "zone=name"
        ),
        completion: .nothing,
        transform: ZoneInterfaces.parse
    )
    var interface: [ZoneInterfaces] = []

    @Flag(
        help: "Read the chains of Docker, Kubernetes, fail2ban, libvirt, ufw and others, too."
    )
    var allChains = false

    var output: OutputOptions { .ofOwnFormat(isJSON: false, color: .auto) }

    func run(_ console: Console) throws -> ExitStatus {
        let input = try CheckedFile(named: file)
        guard let bytes = try input.contents(upTo: ImportedPolicy.mostBytes) else {
            throw Failure(
                "\(input.name.escaped) is larger than \(ImportedPolicy.mostBytes >> 20) MiB"
            )
        }
        let options = ImportOptions(
            interfaces: Dictionary(
                interface.map { ($0.zone, $0.names) },
                uniquingKeysWith: { $0.union($1) }
            ),
            includesAllChains: allChains,
            accountID: { isGroup, name in
                let kind = isGroup ? "group" : "user"
                return try? ResolvedAccount(kind: kind, name: name, id: 0).presentID()
            }
        )
        do {
            let checked = try ImportedPolicyCheck(ImportedPolicy(bytes, from: from, options))
            try console.write(checked.text)
            console.note(checked.policy.summary)
            return .done
        } catch let refused as ImportRefused {
            let place = refused.line.map { ":\($0)" } ?? ""
            throw Failure("\(input.name.escaped)\(place): \(refused.reason)")
        }
    }
}

extension ImportKind: ExpressibleByArgument {}

/// The interfaces of a zone, as an option gives them.
struct ZoneInterfaces: Sendable {
    let zone: String
    let names: Set<InterfacePattern>

    /// Reads `ZONE=NAME,NAME`.
    static func parse(_ text: String) throws -> ZoneInterfaces {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let names = (parts.count == 2 ? parts[1] : "").split(separator: ",")
            .map { InterfacePattern($0, beginningEndsWith: "*") }
        let known = names.compactMap(\.self)
        guard let zone = parts.first, !zone.isEmpty, !known.isEmpty, known.count == names.count
        else {
            throw ValidationError(
                "it takes the name of a zone and its interfaces: `wan=eth0` or `lan=br-lan,wlan0`."
            )
        }
        return ZoneInterfaces(zone: String(zone), names: Set(known))
    }
}
