using System.Text.Json.Nodes;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;

namespace NetIdGrains.AuthorityTests;

/// <summary>What a citizen's record decides, without any engine.</summary>
public sealed class CitizenRulesTests
{
    private const string Issuer = "https://authority.example";
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 2, 0, 0, TimeSpan.Zero);
    private static readonly P256Signer Device = P256Signer.Create();
    private static readonly P256Signer OtherDevice = P256Signer.Create();

    [Fact]
    public void A2_5_An_enrolled_person_is_refused_to_any_other_application_or_device()
    {
        var enrolled = CitizenRules.Activate(CitizenRules.Reserve(new CitizenState(), Enrol("first", Device), "N1", "sealed", Now));
        Assert.Equal(EnrolmentStep.Resume, CitizenRules.Step(enrolled, Enrol("first", Device)));
        Assert.Equal(EnrolmentStep.Refuse, CitizenRules.Step(enrolled, Enrol("second", Device)));
        Assert.Equal(EnrolmentStep.Refuse, CitizenRules.Step(enrolled, Enrol("first", OtherDevice)));
    }

    [Fact]
    public void What_was_only_reserved_is_taken_over_by_the_next_application()
    {
        var reserved = CitizenRules.Reserve(new CitizenState(), Enrol("first", Device), "N1", "sealed", Now);
        Assert.Equal(EnrolmentStep.Reserve, CitizenRules.Step(reserved, Enrol("second", OtherDevice)));
    }

    [Fact]
    public void Every_certificate_has_a_number_of_its_own_however_often_an_application_resumes()
    {
        var command = Enrol("first", Device);
        var enrolled = CitizenRules.Activate(CitizenRules.Reserve(new CitizenState(), command, "N1", "sealed", Now));
        var issued = CitizenRules.HandOut(enrolled, enrolled.Devices[0], 3)!;
        Assert.Equal(4u, issued.Devices[0].NextCertificate);
        var resumed = CitizenRules.HandOut(CitizenRules.Activate(issued), issued.Devices[0], 3)!;
        Assert.Equal(7u, resumed.Devices[0].NextCertificate);
        Assert.Equal(enrolled.Password, resumed.Password);
        Assert.Equal(EnrolmentStep.Refuse, CitizenRules.Step(enrolled.With(enrolled.Devices[0] with { NextCertificate = 51 }), command));
        Assert.Null(CitizenRules.HandOut(enrolled, enrolled.Devices[0] with { NextCertificate = CertificateNumber.MostCertificates }, 1));
    }

    [Fact]
    public void A_certificates_number_says_which_device_and_which_of_its_certificates()
    {
        Assert.Equal((1023u, 4_194_303u), (CertificateNumber.Device(CertificateNumber.Of(1023, 4_194_303)), CertificateNumber.Count(uint.MaxValue)));
        Assert.Equal((2u, 1u), (CertificateNumber.Device(CertificateNumber.Of(2, 1)), CertificateNumber.Count(CertificateNumber.Of(2, 1))));
        Assert.Throws<ArgumentOutOfRangeException>(() => CertificateNumber.Of(1024, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => CertificateNumber.Of(1, CertificateNumber.MostCertificates + 1));
    }

    [Fact]
    public void A_nonce_is_remembered_for_as_long_as_its_command_could_be_fresh()
    {
        var state = Enrolled();
        var frozen = Execute(state, Command("freeze", "nonce-nonce-nonce-1", Now), Now);
        var unfrozen = Execute(frozen.Next, Command("unfreeze", "nonce-nonce-nonce-2", Now), Now);
        for (var minute = 0; minute < 8; minute++)
        {
            var later = Now.AddMinutes(minute);
            var replay = Execute(unfrozen.Next, Command("freeze", "nonce-nonce-nonce-1", Now), later);
            Assert.Contains(replay.Refusal, new[] { Refusal.CommandReplayed, Refusal.CommandStale });
            Assert.Same(unfrozen.Next, replay.Next);
        }
    }

    [Fact]
    public void Commands_kept_are_few_and_the_oldest_go()
    {
        var state = Enrolled();
        for (var count = 0; count < 100; count++)
        {
            var time = Now.AddMinutes(count);
            var (refusal, next) = Execute(state, Command(count % 2 == 0 ? "freeze" : "unfreeze", $"nonce-nonce-nonce-{count}", time), time);
            Assert.Equal(Refusal.None, refusal);
            state = next;
        }

        Assert.InRange(state.Commands.Length, 1, 9);
    }

    [Fact]
    public void Freezing_twice_keeps_the_first_time()
    {
        var first = Execute(Enrolled(), Command("freeze", "nonce-nonce-nonce-1", Now), Now).Next;
        var second = Execute(first, Command("freeze", "nonce-nonce-nonce-2", Now.AddMinutes(1)), Now.AddMinutes(1)).Next;
        Assert.Equal(Now, Freezes.EverythingSince(second.Freezes, Now));
    }

    [Fact]
    public void A_freeze_is_never_too_much_but_the_commands_kept_stay_few()
    {
        var state = Enrolled();
        for (var count = 0; count < 33; count++)
            state = Execute(state, Command(count % 2 == 0 ? "freeze" : "unfreeze", $"nonce-nonce-nonce-{count}", Now), Now).Next;
        Assert.Equal(Refusal.TooManyChanges, Execute(state, Command("unfreeze", "nonce-nonce-nonce-x", Now), Now).Refusal);
        Assert.NotEmpty(state.Freezes);
        for (var count = 0; count < 100; count++)
        {
            var (refusal, next) = Execute(state, Command("freeze", $"nonce-nonce-again-{count}", Now), Now);
            Assert.Equal(Refusal.None, refusal);
            state = next;
        }

        Assert.InRange(state.Commands.Length, 1, 34);
    }

    [Fact]
    public void A_clock_set_back_brings_no_old_command_back()
    {
        var old = Command("freeze", "nonce-nonce-nonce-1", Now);
        var state = Execute(Enrolled(), old, Now).Next;
        for (var minute = 10; minute < 60; minute += 10)
            state = Execute(state, Command(minute % 20 == 0 ? "freeze" : "unfreeze", $"nonce-nonce-nonce-{minute}", Now.AddMinutes(minute)), Now.AddMinutes(minute)).Next;
        Assert.Equal(Refusal.CommandStale, Execute(state, old, Now).Refusal);
    }

    private static (Refusal Refusal, CitizenState Next) Execute(CitizenState state, SignedCommand command, DateTimeOffset now)
    {
        var admission = CitizenRules.Admit(state, command, CitizenCommands.All, 1, Issuer, now);
        return admission.Refusal != Refusal.None || admission.IsRepeat
            ? (admission.Refusal, state)
            : (Refusal.None, Carried(state, command, admission, now));
    }

    private static CitizenState Carried(CitizenState state, SignedCommand command, CommandAdmission admission, DateTimeOffset now)
    {
        var secrets = new CitizenSecrets(new Identity("resident-id", "n", "n", default), "", "", []);
        var options = new AuthorityOptions { Issuer = Issuer };
        var effect = RecordChanges.Apply(new CommandCase(command, 1, state, secrets, now, new SystemRandomSource(), NewPassword: null, options));
        Assert.Equal(Refusal.None, effect.Fault.Refusal);
        return effect.State == state ? state : CitizenRules.Carry(effect.State, command, admission);
    }

    private static SignedCommand Command(string name, string nonce, DateTimeOffset time) =>
        SignedCommand.TryParse(SignedCommand.Sign(name, new JsonObject(), Issuer, nonce, "device", time, Device), out var command)
            ? command
            : throw new InvalidOperationException("Our own command does not parse.");

    private static CitizenState Enrolled() =>
        CitizenRules.Activate(CitizenRules.Reserve(new CitizenState(), Enrol("first", Device), "N1", "sealed", Now));

    private static EnrolCitizen Enrol(string application, P256Signer device) => new(
        application, new Identity("resident-id", "n", "n", default), device.PublicKey.ToJwk(), new StoredPassword(1, 1, "", ""), [], [], [], ActingGuardian: null);
}
