import RulesetModel
import TestSupport
import Testing

@testable import Nftables

/// What the kernel lacks, found out by an experiment.
@Suite(.networkNamespace) struct FeatureProbeTests {
    private let kernel = NftKernel()

    @Test func `a kernel that has everything lacks nothing, and nothing is left`() throws {
        let before = try kernel.generationID()
        #expect(kernel.missing(among: Set(KernelFeature.allCases)).isEmpty)
        #expect(try kernel.generationID() == before)
        #expect(try kernel.table("redirctl_probe") == nil)
    }

    @Test(arguments: KernelFeature.allCases)
    func `what is refused is missing, and nothing else`(feature: KernelFeature) {
        // The kernel gives the same answer for an object that is not there as for a missing module.
        let missing = FeatureProbe.missing(among: Set(KernelFeature.allCases)) { each in
            each == feature
                ? [#"add rule inet redirctl_probe c counter name "absent""#]
                : each.probe(table: "redirctl_probe", chain: "c")
        }
        #expect(missing == [feature])
    }

    @Test func `where no complaint names a probe, nothing is said to be missing`() throws {
        let missing = try withCoveredDirectory("/proc") {
            FeatureProbe.missing(among: [.nat]) { _ in ["add rule inet redirctl_probe none accept"]
            }
        }
        #expect(missing.isEmpty)
    }
}
