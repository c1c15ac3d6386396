using AkkaCompute.Admission;
using AkkaCompute.Admission.Rules;
using AkkaCompute.Admission.Writing;

namespace AkkaCompute.Sandbox.Tests.Admission;

/// <summary>Decoding and encoding without and with rewriting.</summary>
public sealed class RoundTripTests
{
    public static TheoryData<string> Admitted => [.. Fixture.Names.Where(name => ModuleAdmission.Admit(Fixture.Wasm(name)).Module is not null)];

    [Theory, MemberData(nameof(Admitted))]
    public void A_module_that_is_not_rewritten_stays_as_it_is_but_for_its_start_and_its_dead_code(string fixture)
    {
        var wasm = Fixture.Wasm(fixture);
        var same = ModuleAdmission.Admit(wasm, Rewrites.None).Module!.Bytes.ToArray();
        if (fixture is not "start_section")
            Assert.Equal(Convert.ToHexString(wasm), Convert.ToHexString(same));
        Assert.True(AdmittedRun.IsValid(same, out var why), why);
    }

    [Theory, MemberData(nameof(Admitted))]
    public void An_admitted_module_is_valid_and_is_not_admitted_again(string fixture)
    {
        var admitted = ModuleAdmission.Admit(Fixture.Wasm(fixture)).Module!.Bytes;
        Assert.True(AdmittedRun.IsValid(admitted.Span, out var why), why);
        Assert.Equal(AdmissionCause.ReservedName, ModuleAdmission.Admit(admitted.Span).Cause);
    }

    [Fact]
    public void Admission_is_a_function_of_the_bytes()
    {
        foreach (var name in Fixture.Names)
            Assert.Equal(ModuleAdmission.Admit(Fixture.Wasm(name)).Module?.Bytes.ToArray(), ModuleAdmission.Admit(Fixture.Wasm(name)).Module?.Bytes.ToArray());
    }
}
