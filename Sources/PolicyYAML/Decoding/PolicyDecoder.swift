import Addressing
import Diagnostics
import PolicyModel
import TrustedFiles

/// Turns the tree of a policy's text into the policy.
///
/// Whatever is wrong goes into the bag, and decoding goes on with the next value: a mistake in one
/// redirect never hides one in another.
struct PolicyDecoder {
    var bag: DiagnosticBag

    /// Where each name of a redirect is used first.
    var names: [String: SourceSpan] = [:]

    /// What the system said of the users and groups that are named.
    var accounts = AccountNames()

    /// What the system said of the control groups that are named.
    var cgroups: CgroupDirectory

    /// The lists that have names.
    var definitions = Definitions()

    /// The lists in files of their own, by path; nothing for one that has been reported.
    var addressFiles: [String: AddressSet?] = [:]

    /// The same by the files themselves.
    var addressLists: [FileIdentity: AddressSet?] = [:]

    /// The texts that were read so far.
    var texts: PolicyTexts

    /// How the current file came to be read.
    var chain = IncludeChain()

    /// Whether definitions may be in a part that could not be read, so that a name that is not
    /// found is no mistake of its own.
    var isIncomplete = false

    /// How many more unknown names are compared with all that are known.
    var suggestionsLeft = 100

    /// The sources that connections get, and the labels that there are for them.
    var sources: Set<Masquerade.Source> = []
    var labels = Settings().labels

    /// The protocols and directions that redirects are about.
    var protocolSets = SetPool<TransportProtocol>()
    var directionSets = SetPool<Direction>()

    /// The number of values that lists had where they were used beside others.
    var expandedValues = 0

    init(texts: PolicyTexts, bag: DiagnosticBag, cgroupRoot: String) {
        self.texts = texts
        self.bag = bag
        cgroups = CgroupDirectory(cgroupRoot)
    }

    /// The policy, as far as it could be decoded; it counts only if the bag has no errors.
    mutating func policy(_ root: Node, _ text: PolicyTexts.Text) -> Policy {
        let documents = documents(from: root, text)
        for declaration in documents.flatMap({ declarations(in: $0) }) { define(declaration) }
        var policy = Policy()
        // Included files come first, and need to know how many labels there are.
        if let first = documents.first(where: { $0.includedAt == nil }) {
            policy.settings = settings(first.fields)
            labels = policy.settings.labels
        }
        for document in documents {
            policy.redirects += redirects(document.fields)
            policy.tests += tests(document.fields)
        }
        // What would use them may be what was rejected.
        if !bag.hasErrors { checkUse() }
        // What another version accepted can still be rolled back to.
        if !bag.hasErrors, !texts.areKept { checkSize(policy) }
        return policy
    }

    mutating func version(_ fields: Fields<PolicyKey>) {
        _ = one(fields, .version) { decoder, scalar -> Int? in
            if scalar.text == "1" { return 1 }
            decoder.bag.report(.unsupportedVersion(scalar))
            return nil
        }
    }

    private mutating func redirects(_ fields: Fields<PolicyKey>) -> [Redirect] {
        guard let node = fields[.redirects] else { return [] }
        guard case .list(let list) = node else {
            reportKind(of: node, for: PolicyKey.redirects)
            return []
        }
        names.reserveCapacity(list.items.count)
        return list.items.compactMap { redirect($0) }
    }
}

extension Diagnostic {
    fileprivate static func unsupportedVersion(_ scalar: Node.Scalar) -> Diagnostic {
        Diagnostic(
            .unsupportedVersion,
            "version \(scalar.text.quoted) of the policy language is not known",
            at: Label(scalar.span, "expected `1`"),
            help: "write `version: 1`; it is the only version so far"
        )
    }
}
