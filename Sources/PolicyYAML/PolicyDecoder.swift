import Diagnostics
import LocatedYAML
import PolicyModel

/// Decodes a policy from the trees of its files.
struct PolicyDecoder {
    let context: DecodingContext

    /// The policy, as far as it could be decoded; it counts only if the bag has no errors.
    func policy(_ root: Node, _ text: SourceFiles.Text) -> Policy {
        var includes = IncludeDecoder(context: context)
        includes.collect(root, text, includedAt: nil)
        let documents = includes.documents
        DefinitionDecoder(context: context).define(in: documents)
        var policy = Policy()
        // Included files come first, and need to know how many labels there are.
        if let first = documents.first(where: { $0.includedAt == nil }) {
            policy.settings =
                first.parts.settings.map { SettingsDecoder($0).settings() } ?? Settings()
            context.chosenSources.labels = policy.settings.labels
        }
        for document in documents {
            decodeRedirects(document.parts, into: &policy.redirects)
        }
        // A test can name a redirect of any file.
        for document in documents {
            policy.tests += document.parts.tests.map { TestDecoder($0).tests() } ?? []
        }
        // What uses a definition may have been rejected.
        if !context.bag.hasErrors { DefinitionDecoder(context: context).checkUse() }
        // A rollback must be able to read what another version accepted.
        if !context.bag.hasErrors, !context.files.areKept { checkSize(policy) }
        return policy
    }

    /// Adds the redirects of a document; of 100,000, a copy of the array would take time.
    private func decodeRedirects(_ document: DocumentParts, into redirects: inout [Redirect]) {
        guard let list = document.redirects?.list() else { return }
        context.redirectNames.reserveCapacity(list.items.count)
        let decoder = RedirectDecoder(context: context)
        for item in list.items {
            if let redirect = decoder.redirect(item) { redirects.append(redirect) }
        }
    }

    /// Reports the redirect that takes most elements in nftables, if all take too many together.
    private func checkSize(_ policy: Policy) {
        let size = PolicySize(of: policy)
        guard size.total > policy.elementLimit,
            let index = size.elements.indices.max(by: { size.elements[$0] < size.elements[$1] })
        else { return }
        let advice =
            Settings.validMaxElements.contains(size.total)
            ? "; to allow them, write `settings: {\(SettingsKey.maxElements.rawValue): "
                + "\(size.total)}`"
            : ", and more than \(Settings.validMaxElements.upperBound) are never allowed"
        context.bag.error(
            .tooManyElements,
            "the policy would take \(words(size.total)) elements in nftables, "
                + "and at most \(policy.elementLimit) are allowed",
            at: policy.redirects[index].span,
            "this redirect takes most of them: \(words(size.elements[index]))",
            help: "each port of a shift is one, and lists in several keys multiply" + advice
        )
    }

    private func words(_ count: Int) -> String {
        count < PolicySize.most ? "\(count)" : "\(PolicySize.most) or more"
    }
}
