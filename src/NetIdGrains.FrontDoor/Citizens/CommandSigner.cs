using NetIdGrains.Authority;
using NetIdGrains.Credentials;

namespace NetIdGrains.FrontDoor;

/// <summary>Whose record a command is about, and who signs it if that is a guardian. That they did is for the grains to check.</summary>
/// <param name="Device">Of the person whose record it is: for a guardian's command, what their device holds for the child.</param>
internal sealed record CommandSigner(string PersonIndex, uint Device, Guardian? Guardian)
{
    public static (Refusal Refusal, CommandSigner? Signer) Of(SignedCommand command, References references)
    {
        if (!references.TryOpenDevice(command.Device, out var personIndex, out var device))
            return (Refusal.DeviceUnknown, null);
        if (command.Ward is null)
            return (Refusal.None, new CommandSigner(personIndex, device, Guardian: null));

        // Of oneself one is no guardian, whatever the record would say.
        return references.TryOpenDevice(command.Ward, out var ward, out var held) && ward != personIndex
            ? (Refusal.None, new CommandSigner(ward, held, new Guardian(personIndex, device)))
            : (Refusal.WardUnknown, null);
    }

    public override string ToString() => "sealed";
}
