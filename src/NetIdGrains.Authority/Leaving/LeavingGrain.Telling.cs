using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

/// <summary>Platforms that ever got a yes learn that their identifier has ended, and nothing of whose it was.</summary>
public sealed partial class LeavingGrain
{
    /// <summary>Platforms hear of it some time within a day: told at one moment, they could join whom each has lost.</summary>
    private static readonly TimeSpan ToldWithin = TimeSpan.FromHours(24);

    private async Task<bool> TellPlatformsAsync(LeavingNote note)
    {
        var handle = Convert.FromBase64String(note.Handle);
        var told = await Task.WhenAll(note.Platforms.Select(used => TellAsync(used, handle)));
        return Array.TrueForAll(told, refusal => refusal == Refusal.None);
    }

    /// <summary>The message's id follows from the handle, so that sending it again is sending it once; nobody can make it from anything else.</summary>
    private async Task<Refusal> TellAsync(PlatformUsed used, byte[] handle)
    {
        if (await GrainFactory.GetGrain<IPlatformGrain>(used.Platform).Record() is not { Registration.CallbackAddress: { } address } platform
            || platform.Status is PlatformStatus.Ended)
            return Refusal.None;
        var identifier = PlatformIdentifier.Derive(await keys.SectorKeyAsync(used.Sector ?? platform.Registration.Sector), EnrolmentHandle.From(handle));
        var id = Base32.Encode(HMACSHA256.HashData(handle, Encoding.UTF8.GetBytes($"left/{used.Platform}/{used.Sector}")).AsSpan(..15));
        var body = JsonSerializer.Serialize(new { Type = "identifier.ended", Data = new { PlatformIdentifier = identifier } }, WireJson.Options);
        var message = new OutboxMessage(used.Platform, address, body, platform.CallbackSecret, time.GetUtcNow() + Delay());
        return (await GrainFactory.GetGrain<IOutboxGrain>(id).Send(message)).Refusal;
    }

    private TimeSpan Delay()
    {
        Span<byte> bytes = stackalloc byte[4];
        random.Fill(bytes);
        return ToldWithin * (BitConverter.ToUInt32(bytes) / (double)uint.MaxValue);
    }
}
